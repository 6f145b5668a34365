"""What a reply used: the server's figures, or an estimate where it gives none."""

from dataclasses import replace
from typing import Any

from fie_engine.model import Usage
from fie_engine.money.prices import charged
from fie_engine.propose.context import tokens_in
from fie_engine.propose.endpoint import Endpoint
from fie_engine.propose.replies import Reply

MOST_TOKENS = 10**9
"More than this is no figure of a reply."


def usage_of(told: Any) -> Usage:
    """Return a server's figures; what is missing or no number counts as 0."""
    prompt = getattr(told, "prompt_tokens_details", None)
    completion = getattr(told, "completion_tokens_details", None)
    cached = _count(prompt, "cached_tokens") or _count(told, "prompt_cache_hit_tokens")
    return Usage(
        prompt_tokens=_count(told, "prompt_tokens"),
        completion_tokens=_count(told, "completion_tokens"),
        cached_tokens=cached,
        reasoning_tokens=_count(completion, "reasoning_tokens"),
    )


def used(reply: Reply, prompt_characters: int) -> Usage:
    """Return what an attempt used; nothing where no word of a reply came."""
    if reply.usage.tokens or not (reply.whole or reply.finish_reason):
        return reply.usage
    return Usage(
        prompt_tokens=tokens_in(prompt_characters),
        completion_tokens=tokens_in(len(reply.whole)),
        reasoning_tokens=tokens_in(len(reply.reasoning)),
        estimated=True,
    )


def billed(attempts: list[Usage], endpoint: Endpoint) -> Usage:
    """Return what all attempts at one reply used together, with its dollars."""
    total = Usage()
    for attempt in attempts:
        total = replace(
            total,
            prompt_tokens=total.prompt_tokens + attempt.prompt_tokens,
            completion_tokens=total.completion_tokens + attempt.completion_tokens,
            cached_tokens=total.cached_tokens + attempt.cached_tokens,
            reasoning_tokens=total.reasoning_tokens + attempt.reasoning_tokens,
            estimated=total.estimated or attempt.estimated,
        )
    return charged(total, endpoint.model, endpoint.base_url, endpoint.price)


def _count(told: Any, name: str) -> int:
    value = told.get(name) if isinstance(told, dict) else getattr(told, name, None)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(value) if 0 <= value <= MOST_TOKENS else 0
