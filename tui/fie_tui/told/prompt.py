"""A prompt as a person may look at it: how large it was, what had no room, and every word."""

from collections.abc import Iterator

from fie_engine.model import Exchange
from fie_engine.plaintext import plain_lines
from fie_engine.prompt.room import estimate_tokens

RULE = "─"


def prompt_lines(exchange: Exchange, *, reply: bool = True) -> Iterator[str]:
    """Yield a prompt and, where wanted, its reply; their text as it is but for control codes."""
    yield f"{exchange.model} was asked, and answered in {exchange.seconds:.1f} s"
    yield f"size      {_size(exchange)}"
    yield f"left out  {', '.join(exchange.left_out) or 'nothing'}"
    for name, text in (("system", exchange.system), ("user", exchange.user)):
        yield from _part(name, text)
    if reply:
        yield from _part("reply", exchange.reply)


def _size(exchange: Exchange) -> str:
    estimated = estimate_tokens(exchange.system + exchange.user)
    room = f" of {exchange.room:,} that it might have" if exchange.room else ""
    counted = exchange.usage.prompt_tokens
    told = f"; the server counted {counted:,}" if counted and not exchange.usage.estimated else ""
    return f"about {estimated:,} tokens{room}{told}"


def _part(name: str, text: str) -> Iterator[str]:
    yield f"{RULE * 2} {name} {RULE * (40 - len(name))}"
    yield from plain_lines(text)
