"""A model as a proposer: from an ask to a child, over a real socket."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from tests.engine.asks import PARENT, an_ask
from tests.engine.propose.openai_server import (
    OpenAIServer,
    Step,
    answer,
    cut_off,
    echo_key,
    page,
    raw_events,
    status,
)

from fie_engine.config.load import load_config
from fie_engine.model import Exchange, Origin, Usage
from fie_engine.prompt.write import build_prompt
from fie_engine.propose.base import Ask, NoProposal, Proposal, ProviderDown
from fie_engine.propose.choose import ProposerChoice
from fie_engine.propose.llm import ModelProposer
from fie_engine.redact import Secret
from fie_evaluator.tracks import resolve_track

CANARY = "sk-canary-0123456789abcdefghijklmnop"

BETTER = """Idea: **one call** instead of a loop.

<<<<<<< SEARCH
    for row in range(len(x)):
        out[row] = x[row] * SCALE
=======
    out.copy_(x * SCALE)
>>>>>>> REPLACE
"""
CHILD = PARENT.source.replace(
    "    for row in range(len(x)):\n        out[row] = x[row] * SCALE\n",
    "    out.copy_(x * SCALE)\n",
)


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    """A server whose script a test fills."""
    with OpenAIServer() as running:
        yield running


async def no_pause(seconds: float) -> None:
    """Take the place of sleeping."""


@asynccontextmanager
async def proposer_of(server: OpenAIServer, **settings: object) -> AsyncIterator[ModelProposer]:
    """A proposer that asks the server, on the embedded track."""
    choice = ProposerChoice(
        kind="llm", base_url=server.url, model="scripted", api_key=Secret(CANARY), why="a test"
    )
    overrides = {key.replace("__", "."): value for key, value in settings.items()}
    proposer = ModelProposer(
        choice,
        load_config(None, overrides),
        resolve_track("moe-mini", None, {}),
        sleep=no_pause,
        clock=iter([10.0, 12.5]).__next__,
    )
    try:
        yield proposer
    finally:
        await proposer.close()


async def proposal(server: OpenAIServer, ask: Ask | None = None, **settings: object) -> Proposal:
    """What one ask yields."""
    async with proposer_of(server, **settings) as proposer:
        return await proposer.propose(ask or an_ask())


async def refusal(
    server: OpenAIServer, *steps: Step, ask: Ask | None = None, **settings: object
) -> NoProposal:
    """Why one ask yields nothing."""
    server.script += steps
    with pytest.raises(NoProposal) as refused:
        await proposal(server, ask, **settings)
    return refused.value


async def test_a_good_reply_becomes_a_child_with_its_exchange(server: OpenAIServer) -> None:
    server.says(BETTER, usage=(900, 40))
    async with proposer_of(server) as proposer:
        child = await proposer.propose(an_ask())
        prompt = build_prompt(an_ask(), proposer.brief, load_config())
        assert proposer.title == "scripted"
    assert child == Proposal(
        source=CHILD,
        parents=("c0003",),
        origin=Origin.LLM,
        model="scripted",
        note="one call instead of a loop.",
        exchange=Exchange(
            system=prompt.system,
            user=prompt.user,
            reply=BETTER,
            model="scripted",
            usage=Usage(prompt_tokens=900, completion_tokens=40, usd=0.0, local=True),
            seconds=2.5,
            room=24_000,
        ),
    )
    assert [message["content"] for message in server.requests[0]["messages"]] == [
        prompt.system,
        prompt.user,
    ]


async def test_thinking_is_kept_but_never_parsed(server: OpenAIServer) -> None:
    wrong = BETTER.replace("copy_", "fill_")
    server.says(f"<think>{wrong}</think>{BETTER}", reasoning=wrong)
    child = await proposal(server)
    assert child.source == CHILD
    assert child.exchange is not None
    assert child.exchange.reply.startswith(f"<think>\n{wrong}")


async def test_crlf_replies_are_understood(server: OpenAIServer) -> None:
    server.says(BETTER.replace("\n", "\r\n"))
    assert (await proposal(server)).source == CHILD


async def test_a_reply_without_a_word_is_noted_by_its_change(server: OpenAIServer) -> None:
    server.says(BETTER.partition("\n\n")[2])
    assert (await proposal(server)).note == "1 edit(s), -2 +1 lines: out.copy_(x * SCALE)"


async def test_a_rewrite_is_taken_where_it_is_configured(server: OpenAIServer) -> None:
    server.says(f"Idea: one call.\n```python\n{CHILD}```\n")
    assert (await proposal(server, diff_based_evolution=False)).source == CHILD


async def test_the_stream_can_be_watched(server: OpenAIServer) -> None:
    seen: list[tuple[int, str]] = []
    server.says(BETTER)
    choice = ProposerChoice(kind="llm", base_url=server.url, model="scripted", why="a test")
    proposer = ModelProposer(
        choice,
        load_config(),
        resolve_track("moe-mini", None, {}),
        sink=lambda number, text: seen.append((number, text)),
    )
    await proposer.propose(an_ask())
    await proposer.close()
    assert seen[-1] == (9, BETTER)
    assert all(BETTER.startswith(text) for _, text in seen)


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (answer("I won't."), "the reply holds no SEARCH/REPLACE block"),
        (answer(BETTER, finish="length"), "the reply was cut at the token limit of 8192"),
        (answer(""), "the reply is empty"),
        (answer("", refusal="I can't do that"), "the model refused: I can't do that"),
        (answer(f"<think>{BETTER}"), "the reply holds only thinking"),
        (raw_events(b'data: {"choices": []}\n\ndata: [DONE]\n\n'), "the reply holds no choices"),
        (answer(BETTER.replace("x * SCALE)", "x * SCALE")), "the changed kernel is not Python"),
        (
            answer(
                "<<<<<<< SEARCH\ndef kernel(x, out):\n=======\ndef run(x, out):\n>>>>>>> REPLACE"
            ),
            "the changed kernel has no function kernel",
        ),
    ],
)
async def test_a_reply_that_makes_no_child_is_kept_with_the_reason(
    server: OpenAIServer, step: Step, reason: str
) -> None:
    refused = await refusal(server, step)
    assert refused.reason.startswith(reason)
    assert refused.exchange is not None
    assert refused.exchange.user.startswith("# Where the search stands")


async def test_a_prompt_that_the_server_cut_is_told_and_not_asked_again(
    server: OpenAIServer,
) -> None:
    refused = await refusal(server, answer("What program?", usage=(1100, 5)))
    assert refused.reason.startswith("the server read only 1100 of the prompt's about ")
    assert "OLLAMA_CONTEXT_LENGTH=" in refused.reason
    assert refused.reason.endswith("; the reply holds no SEARCH/REPLACE block")
    assert not refused.mendable


async def test_a_kernel_that_is_too_long_is_no_proposal(server: OpenAIServer) -> None:
    refused = await refusal(server, answer(BETTER), max_code_length=50)
    assert refused.reason == f"the kernel has {len(CHILD)} characters; max_code_length is 50"


async def test_a_reply_that_breaks_our_own_reader_is_kept_and_costs_nothing_else(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*words: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr("fie_engine.propose.llm.apply_blocks", stumble)
    server.says(BETTER)
    async with proposer_of(server) as proposer:
        with pytest.raises(NoProposal) as refused:
            await proposer.propose(an_ask())
    assert refused.value.reason == "fie-tui can't read this reply (RecursionError: too deep)"
    assert refused.value.exchange is not None and refused.value.exchange.reply == BETTER


async def test_a_reply_that_keeps_breaking_off_is_kept_too(server: OpenAIServer) -> None:
    refused = await refusal(server, *[cut_off("Idea: hal")] * 2, llm__retries=1)
    assert "the connection" in refused.reason and "after 2 attempts" in refused.reason
    assert refused.exchange is not None and refused.exchange.reply == "Idea: hal"


@pytest.mark.parametrize("step", [echo_key(401), page(502, "<html>down"), status(500, "oops")])
async def test_a_server_that_cannot_serve_is_down(server: OpenAIServer, step: Step) -> None:
    server.otherwise = step
    with pytest.raises(ProviderDown) as down:
        await proposal(server)
    assert CANARY not in "".join(traceback.format_exception(down.value))


async def test_the_key_is_nowhere_in_what_is_kept(server: OpenAIServer) -> None:
    server.says(BETTER.replace("SCALE)", f"SCALE)  # {CANARY}"), reasoning=CANARY)
    async with proposer_of(server) as proposer:
        child = await proposer.propose(an_ask())
        assert CANARY not in repr(child) + repr(vars(proposer))
    assert "# [redacted]" in child.source


async def test_a_cancelled_proposal_lets_go_of_its_socket(server: OpenAIServer) -> None:
    server.stalls("Idea: ")
    async with proposer_of(server) as proposer:
        proposing = asyncio.create_task(proposer.propose(an_ask()))
        assert await asyncio.to_thread(server.streaming.wait, 20)
        proposing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await proposing
        assert await asyncio.to_thread(server.hung_up.wait, 20)


async def test_preflight_says_what_the_server_has(server: OpenAIServer) -> None:
    async with proposer_of(server) as proposer:
        assert (await proposer.preflight()).models == ("scripted",)
