"""The prompt of a mending round: a failed reply, the exact error, and the program it is about."""

from dataclasses import replace

from fie_engine.config.keys import ConfigError
from fie_engine.config.tree import Config
from fie_engine.prompt.brief import Brief
from fie_engine.prompt.room import estimate_tokens, no_room
from fie_engine.prompt.template_files import template as template_of
from fie_engine.prompt.write import Prompt
from fie_engine.propose.base import Ask, Mend, NoProposal
from fie_engine.propose.context import CHARACTERS_PER_TOKEN
from fie_engine.propose.replies import spoken

CUT = "…\n"
"Stands where the beginning of a long reply was left out."


def mending_prompt(prompt: Prompt, ask: Ask, mend: Mend, brief: Brief, config: Config) -> Prompt:
    """Return an ask's ordinary prompt with its question replaced; raises ConfigError."""
    name = "mend_user" if config.search.diffs else "mend_rewrite_user"
    template = template_of(f"{name}.txt", config)
    made_none = mend.name.startswith("#")
    fields = {
        "what": _what(ask, mend, made_none=made_none),
        "error": mend.error.strip(),
        "name": ask.parent.candidate.id if made_none else mend.name,
        "language": "python",
        "program": mend.source.rstrip("\n"),
        "entry_point": brief.entry_point or "whatever is called from outside the block",
    }
    try:
        bare = template.format(reply="", **fields)
        room = prompt.room.tokens - estimate_tokens(prompt.system + bare)
        reply = spoken(mend.reply)
        shown = _fitting(reply, room)
        user = template.format(reply=shown, **fields)
    except (KeyError, IndexError, ValueError) as error:
        raise ConfigError(f"prompt.template_dir: {name}.txt can't be filled: {error}") from None
    left_out = () if shown == reply else ("the beginning of the answer",)
    tokens = estimate_tokens(prompt.system + user)
    if tokens > prompt.room.tokens:
        raise NoProposal(no_room(mend.name, tokens, prompt.room))
    return replace(prompt, user=user, tokens=tokens, left_out=left_out)


def _what(ask: Ask, mend: Mend, *, made_none: bool) -> str:
    parent = ask.parent.candidate.id
    if made_none:
        return f"Your answer could not be applied to {parent}, the program below."
    return f"Your answer made {mend.name}, the program below, out of {parent}; it was not accepted."


def _fitting(reply: str, room_tokens: int) -> str:
    """Return a reply, or as much of its end as there is room for: the change comes last."""
    most = int(max(0, room_tokens) * CHARACTERS_PER_TOKEN)
    return reply if len(reply) <= most else CUT + reply[len(reply) - most :]
