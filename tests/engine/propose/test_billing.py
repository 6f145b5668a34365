"""What a reply is said to have used: every attempt counts, and nothing is taken for free."""

import json
import random

from tests.engine.propose.openai_server import OpenAIServer, answer, chunk, cut_off, raw_events

from fie_engine.model import Usage
from fie_engine.money.prices import Price
from fie_engine.propose.client import ModelClient
from fie_engine.propose.endpoint import Endpoint

PRICE = Price(prompt=1.0, completion=10.0, cached=0.1)


async def usage_of(*steps: object) -> Usage:
    """Return what a server's answers to one question cost."""

    async def no_pause(seconds: float) -> None:
        """Wait for nothing."""

    with OpenAIServer(script=list(steps)) as server:  # type: ignore[arg-type]
        endpoint = Endpoint(base_url=server.url, model="scripted", retries=2, price=PRICE)
        client = ModelClient(endpoint, sleep=no_pause)
        try:
            return (await client.ask("s" * 35, "u" * 35, random.Random(1))).usage
        finally:
            await client.close()


def told(**usage: object) -> bytes:
    """Return a stream's last event, with these figures."""
    frame = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
    return f"data: {json.dumps({**frame, 'choices': [], 'usage': usage})}\n\n".encode()


async def test_cached_and_thinking_tokens_are_kept_and_priced() -> None:
    figures = told(
        prompt_tokens=1000,
        completion_tokens=100,
        prompt_tokens_details={"cached_tokens": 600},
        completion_tokens_details={"reasoning_tokens": 40},
    )
    assert await usage_of(raw_events(chunk("hi", finish="stop"), figures)) == Usage(
        prompt_tokens=1000,
        completion_tokens=100,
        cached_tokens=600,
        reasoning_tokens=40,
        usd=(400 * 1.0 + 600 * 0.1 + 100 * 10.0) / 1e6,
    )


async def test_a_reply_that_broke_off_is_paid_too() -> None:
    spent = await usage_of(cut_off("x" * 70), answer("done", usage=(20, 5)))
    assert spent == Usage(
        prompt_tokens=20 + 20,
        completion_tokens=20 + 5,
        estimated=True,
        usd=(40 * 1.0 + 25 * 10.0) / 1e6,
    )


async def test_a_server_that_tells_nothing_is_estimated_and_not_free() -> None:
    assert await usage_of(raw_events(chunk("x" * 35, finish="stop"))) == Usage(
        prompt_tokens=20, completion_tokens=10, estimated=True, usd=(20 * 1.0 + 10 * 10.0) / 1e6
    )


async def test_figures_that_are_none_count_as_none_told() -> None:
    figures = told(prompt_tokens=-5, completion_tokens="many", prompt_tokens_details=None)
    spent = await usage_of(raw_events(chunk("x" * 35, finish="stop"), figures))
    assert (spent.prompt_tokens, spent.completion_tokens, spent.estimated) == (20, 10, True)
