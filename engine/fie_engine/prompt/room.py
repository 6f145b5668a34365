"""How many tokens a prompt may have: what is set, and what a model's context leaves."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from fie_engine.config.keys import ConfigError
from fie_engine.config.tree import Config
from fie_engine.propose.context import CHARACTERS_PER_TOKEN, more_room

LEAST_TOKENS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How large a model's prompt may be."""

    tokens: int
    context: int | None = None
    "The model's context, where that decides it and not the configuration."
    reply_tokens: int = 0
    "The longest reply, which shares the context."


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text has; real tokenisers need a download."""
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def no_room(candidate: str, needed: int, room: Room) -> str:
    """Return why a prompt was not sent, and what to do."""
    told = f"a prompt for {candidate} needs about {needed} tokens and was not sent: "
    if room.context is None:
        return f"{told}fie.prompt_tokens allows {room.tokens}, raise it"
    return (
        f"{told}a context of {room.context} leaves {room.tokens} beside replies of "
        f"{room.reply_tokens}; {more_room(needed, room.reply_tokens)}"
    )


def room_of(config: Config) -> Room:
    """Return the room of the configuration's one model; ConfigError where a reply leaves none."""
    asked = config.prompting.budget_tokens
    context = _context(config)
    reply = config.model.max_tokens or 0
    if context is None or asked + reply <= context:
        return Room(tokens=asked)
    left = context - reply
    if left < LEAST_TOKENS:
        raise ConfigError(
            f"llm.max_tokens: replies of {reply} tokens leave {max(left, 0)} of a context of "
            f"{context} (fie.context_tokens) for prompts: lower it"
        )
    return Room(tokens=left, context=context, reply_tokens=reply)


def _context(config: Config) -> int | None:
    """Return how many tokens the model can look at; None where nobody says."""
    told = config.prompting.context_tokens
    if not isinstance(told, tuple):
        return told
    return dict(told).get(config.model.name or "")


def with_contexts(config: Config, told: Iterable[tuple[str, int]]) -> Config:
    """Return the configuration with the contexts that servers told, where it has none itself.

    One that the longest reply would fill is left out: the server cuts such a reply anyway.
    """
    reply = config.model.max_tokens or 0
    fitting = {model: size for model, size in told if size >= reply + LEAST_TOKENS}
    known = config.prompting.context_tokens
    if not fitting or isinstance(known, int):
        return config
    contexts = tuple({**fitting, **dict(known or ())}.items())
    return replace(config, prompting=replace(config.prompting, context_tokens=contexts))
