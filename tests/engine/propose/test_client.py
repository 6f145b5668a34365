"""The model client against a real server on a real socket."""

import asyncio
import random
import socket
import time
import traceback
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email.utils import formatdate

import pytest
from tests.engine.propose.openai_server import (
    OpenAIServer,
    answer,
    chunk,
    cut_off,
    echo_key,
    page,
    raw_events,
    status,
)
from werkzeug import Response

from fie_engine.model import Usage
from fie_engine.propose.base import ProviderDown
from fie_engine.propose.client import ModelClient, ReplyLost
from fie_engine.propose.endpoint import Endpoint
from fie_engine.redact import Secret

CANARY = "sk-canary-0123456789abcdefghijklmnop"


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    """A server whose script a test fills."""
    with OpenAIServer() as running:
        yield running


class Pauses:
    """Takes the place of sleeping and remembers for how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        """Note the pause; sleep not at all."""
        self.seconds.append(seconds)


@asynccontextmanager
async def client_of(
    server: OpenAIServer, pauses: Pauses | None = None, **changes: object
) -> AsyncIterator[ModelClient]:
    """A client of the server, closed at the end."""
    endpoint = Endpoint(
        base_url=server.url, model="scripted", api_key=Secret(CANARY), retries=2, max_tokens=900
    )
    wanted = replace(endpoint, **changes)  # type: ignore[arg-type]
    client = ModelClient(wanted, sleep=pauses or Pauses())
    try:
        yield client
    finally:
        await client.close()


async def ask(client: ModelClient) -> str:
    """Ask something and return all that was said."""
    return (await client.ask("be brief", "how?", random.Random(1))).whole


async def test_a_streamed_reply_arrives_whole_with_usage_and_thinking_apart(
    server: OpenAIServer,
) -> None:
    server.says("Idea: less work.\n" * 9, reasoning="let me see")
    seen: list[str] = []
    async with client_of(server) as client:
        reply = await client.ask("be brief", "how?", random.Random(1), seen.append)
    assert (reply.text, reply.reasoning, reply.finish_reason, reply.usage) == (
        "Idea: less work.\n" * 9,
        "let me see",
        "stop",
        Usage(prompt_tokens=11, completion_tokens=7, usd=0.0, local=True),
    )
    assert seen[-1] == reply.whole
    assert all(reply.whole.startswith(text.split("\n</think>")[0]) for text in seen)


async def test_the_request_is_streamed_with_usage_and_the_servers_token_limit(
    server: OpenAIServer,
) -> None:
    server.says("yes")
    async with client_of(server, temperature=0.5, top_p=0.9, seed=4) as client:
        await ask(client)
    assert server.requests == [
        {
            "model": "scripted",
            "messages": [
                {"role": "system", "content": "be brief"},
                {"role": "user", "content": "how?"},
            ],
            "stream": True,
            "temperature": 0.5,
            "top_p": 0.9,
            "seed": 4,
            "stream_options": {"include_usage": True},
            "max_tokens": 900,
        }
    ]
    assert server.keys == [f"Bearer {CANARY}"]


async def test_a_busy_server_is_asked_again_after_as_long_as_it_says(
    server: OpenAIServer,
) -> None:
    server.script += [status(429, "slow down", headers={"Retry-After": "7"}), answer("yes")]
    pauses = Pauses()
    async with client_of(server, pauses) as client:
        assert await ask(client) == "yes"
    assert pauses.seconds == [7.0]
    assert len(server.requests) == 2


async def test_a_busy_server_is_left_alone_by_the_asks_beside_it_too(server: OpenAIServer) -> None:
    server.script += [status(429, "slow down", headers={"Retry-After": "7"}), *[answer("yes")] * 2]
    pauses = Pauses()
    async with client_of(server, pauses) as client:
        client._clock = lambda: 100.0
        assert [await ask(client), await ask(client)] == ["yes", "yes"]
    assert pauses.seconds == [7.0, 7.0]


async def test_a_busy_server_may_name_a_date(server: OpenAIServer) -> None:
    later = formatdate(time.time() + 50, usegmt=True)
    server.script += [status(429, "slow down", headers={"Retry-After": later}), answer("yes")]
    pauses = Pauses()
    async with client_of(server, pauses) as client:
        assert await ask(client) == "yes"
    assert [0 < seconds <= 50 for seconds in pauses.seconds] == [True]


async def test_a_server_that_asks_for_a_long_pause_is_left_alone(server: OpenAIServer) -> None:
    server.script.append(status(429, "slow down", headers={"Retry-After": "600"}))
    pauses = Pauses()
    async with client_of(server, pauses) as client:
        with pytest.raises(ProviderDown) as down:
            await ask(client)
    assert (down.value.wait_s, pauses.seconds, len(server.requests)) == (600.0, [], 1)
    assert str(down.value).endswith("HTTP 429: slow down; it asks for 600 s of rest")


async def test_a_status_without_words_is_told_by_its_name(server: OpenAIServer) -> None:
    server.script += [lambda request: Response("", 429)] * 3
    async with client_of(server, Pauses()) as client:
        with pytest.raises(ProviderDown, match="(?i)HTTP 429: too many requests, after 3"):
            await ask(client)


async def test_a_reply_that_goes_on_for_too_long_is_lost_and_not_paid_twice(
    server: OpenAIServer,
) -> None:
    server.stalls("let me th")
    async with client_of(server, reply_limit_s=0.2) as client:
        with pytest.raises(ReplyLost) as lost:
            await ask(client)
    assert lost.value.partial.text == "let me th"
    assert "not at an end after 0 s (fie.reply_limit)" in str(lost.value)
    assert len(server.requests) == 1


async def test_a_server_that_says_nothing_to_anyone_is_given_up(server: OpenAIServer) -> None:
    for _ in range(3):
        server.stalls("")
    async with client_of(server, timeout_s=0.1) as client:
        with pytest.raises(ProviderDown, match="silent for too long, after 3 attempts"):
            await ask(client)


async def test_while_a_server_speaks_to_one_ask_another_waits_in_its_queue(
    server: OpenAIServer,
) -> None:
    server.says("warm")
    server.queues("a reply as long as three silences", pieces=14, every_s=0.2)
    server.queues("another", pieces=1, every_s=0.0)
    async with client_of(server, timeout_s=1.0) as client:
        await ask(client)
        first = asyncio.create_task(ask(client))
        assert await asyncio.to_thread(server.streaming.wait, 20)
        replies = await asyncio.gather(first, ask(client))
    assert replies == ["a reply as long as three silences", "another"]
    assert len(server.requests) == 3


async def test_a_prompt_that_does_not_fit_says_how_much_room_it_needs(
    server: OpenAIServer,
) -> None:
    server.script.append(status(400, "too long", code="context_length_exceeded"))
    async with client_of(server) as client:
        with pytest.raises(ProviderDown) as down:
            await client.ask("s" * 3500, "u" * 35_000, random.Random(1))
    assert str(down.value).partition("too long; ")[2] == (
        "the prompt needs about 11000 tokens and 900 for the reply: start Ollama with "
        "OLLAMA_CONTEXT_LENGTH=12288 (vLLM: --max-model-len 12288), or lower fie.prompt_tokens "
        "or llm.max_tokens"
    )


async def test_a_filtered_prompt_loses_its_reply_only(server: OpenAIServer) -> None:
    server.script.append(status(400, "policy", code="content_filter"))
    async with client_of(server) as client:
        with pytest.raises(ReplyLost, match="the content filter refused it"):
            await ask(client)


async def test_pauses_without_retry_after_double_with_jitter_from_the_given_generator(
    server: OpenAIServer,
) -> None:
    server.script += [status(503, "loading"), status(500, "oops"), answer("yes")]
    pauses = Pauses()
    async with client_of(server, pauses, retry_delay_s=2.0) as client:
        await ask(client)
    rng = random.Random(1)
    assert pauses.seconds == [2.0 * (0.5 + rng.random()), 4.0 * (0.5 + rng.random())]


async def test_a_server_that_stays_broken_is_down_after_the_last_attempt(
    server: OpenAIServer,
) -> None:
    server.script += [page(502, "<html>Bad gateway</html>")] * 3
    async with client_of(server) as client:
        with pytest.raises(ProviderDown) as down:
            await ask(client)
    assert str(down.value) == (
        f"model server {server.url}: HTTP 502: <html>Bad gateway</html>, after 3 attempts"
    )
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (400, ""),
        (401, "; check the API key"),
        (403, "; the API key may not use this"),
        (404, "; check the base URL (it usually ends in /v1) and the model's name"),
        (422, ""),
    ],
)
async def test_a_final_status_stops_at_once(server: OpenAIServer, code: int, remedy: str) -> None:
    server.script.append(status(code, "no"))
    async with client_of(server) as client:
        with pytest.raises(ProviderDown) as down:
            await ask(client)
    assert str(down.value) == f"model server {server.url}: HTTP {code}: no{remedy}"
    assert len(server.requests) == 1


async def test_a_used_up_quota_is_final_although_its_status_says_try_again(
    server: OpenAIServer,
) -> None:
    server.script.append(status(429, "You exceeded your quota", code="insufficient_quota"))
    async with client_of(server) as client:
        with pytest.raises(ProviderDown, match="the quota is used up"):
            await ask(client)
    assert len(server.requests) == 1


async def test_a_refused_parameter_is_left_out_from_then_on(server: OpenAIServer) -> None:
    refused = "Unsupported parameter: 'temperature' is not supported with this model."
    server.script += [status(400, refused, param="temperature"), answer("yes"), answer("again")]
    async with client_of(server, temperature=0.5) as client:
        assert [await ask(client), await ask(client)] == ["yes", "again"]
    assert ["temperature" in request for request in server.requests] == [True, False, False]


async def test_a_refused_token_limit_is_renamed(server: OpenAIServer) -> None:
    refused = "Unsupported parameter: use 'max_completion_tokens' instead."
    server.script += [status(400, refused, param="max_tokens"), answer("yes")]
    async with client_of(server) as client:
        await ask(client)
    limits = [
        {name: value for name, value in request.items() if name.startswith("max_")}
        for request in server.requests
    ]
    assert limits == [{"max_tokens": 900}, {"max_completion_tokens": 900}]


async def test_a_connection_cut_in_a_reply_is_tried_again(server: OpenAIServer) -> None:
    server.script += [cut_off("half a"), answer("whole")]
    async with client_of(server) as client:
        assert await ask(client) == "whole"


async def test_replies_that_keep_breaking_off_are_lost_with_what_arrived(
    server: OpenAIServer,
) -> None:
    server.script += [raw_events(chunk("half a"), b"data: [DONE]\n\n")] * 3
    async with client_of(server) as client:
        with pytest.raises(ReplyLost) as lost:
            await ask(client)
    assert str(lost.value) == f"model server {server.url}: the reply broke off, after 3 attempts"
    assert lost.value.partial.text == "half a"


async def test_malformed_events_are_one_provider_error(server: OpenAIServer) -> None:
    server.script += [raw_events(b"data: {not json\n\n")] * 3
    async with client_of(server) as client:
        with pytest.raises(ProviderDown, match=r"its reply is malformed \(JSONDecodeError\)"):
            await ask(client)


async def test_chunks_of_an_unknown_shape_are_malformed(server: OpenAIServer) -> None:
    server.script += [raw_events(b'data: {"choices": [7]}\n\n')] * 3
    async with client_of(server) as client:
        with pytest.raises(ProviderDown, match=r"its reply is malformed \(ValueError\)"):
            await ask(client)


async def test_a_web_page_in_place_of_a_reply_names_the_base_url(server: OpenAIServer) -> None:
    server.script.append(page(200, "<html><title>Open WebUI</title></html>"))
    async with client_of(server) as client:
        with pytest.raises(ProviderDown, match="a web page, not with a model; check the base URL"):
            await ask(client)


async def test_an_error_inside_a_stream_is_tried_again(server: OpenAIServer) -> None:
    server.script += [
        raw_events(chunk("half"), b'data: {"error": {"message": "out of memory"}}\n\n'),
        answer("whole"),
    ]
    async with client_of(server) as client:
        assert await ask(client) == "whole"


async def test_an_unreachable_server_is_down(server: OpenAIServer) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        async with client_of(server, base_url=url) as client:
            with pytest.raises(ProviderDown, match="the connection failed .*after 3 attempts"):
                await ask(client)


async def test_cancelling_closes_the_socket(server: OpenAIServer) -> None:
    server.stalls("let me th")
    async with client_of(server) as client:
        asking = asyncio.create_task(ask(client))
        assert await asyncio.to_thread(server.streaming.wait, 20)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert await asyncio.to_thread(server.hung_up.wait, 20)


async def test_a_key_that_the_server_echoes_is_nowhere_in_the_error(server: OpenAIServer) -> None:
    server.script.append(echo_key(401))
    async with client_of(server) as client:
        with pytest.raises(ProviderDown) as down:
            await ask(client)
        shown = [repr(client.endpoint), repr(down.value), str(down.value)]
    shown += traceback.format_exception(down.value)
    error: BaseException | None = down.value
    while error is not None:
        shown += [repr(error), repr(vars(error))]
        error = error.__cause__ or error.__context__
    assert server.keys == [f"Bearer {CANARY}"]
    assert [text for text in shown if CANARY in text or CANARY[-12:] in text] == []
    assert "HTTP 401: Incorrect API key provided: Bearer [redacted]" in str(down.value)


async def test_a_key_cut_by_the_length_limit_of_errors_leaves_no_half(
    server: OpenAIServer,
) -> None:
    server.script.append(status(401, "x" * 190 + CANARY))
    async with client_of(server) as client:
        with pytest.raises(ProviderDown) as down:
            await ask(client)
    assert "sk-can" not in str(down.value)


async def test_a_key_in_a_reply_is_masked(server: OpenAIServer) -> None:
    server.says(f"your key is {CANARY}", reasoning=f"the key {CANARY}")
    seen: list[str] = []
    async with client_of(server) as client:
        reply = await client.ask("be brief", "how?", random.Random(1), seen.append)
    assert reply.whole == "<think>\nthe key [redacted]\n</think>\nyour key is [redacted]"
    assert seen[-1] == reply.whole


async def test_half_a_surrogate_pair_in_a_reply_is_joined_or_replaced(
    server: OpenAIServer,
) -> None:
    server.script.append(answer("a\ud800b \ud83d\ude00", reasoning="\udc00", piece=1))
    seen: list[str] = []
    async with client_of(server) as client:
        reply = await client.ask("be brief", "how?", random.Random(1), seen.append)
    assert (reply.text, reply.reasoning) == ("a\ufffdb \N{GRINNING FACE}", "\ufffd")
    assert seen[-1] == reply.whole
    assert "".join(seen).encode()


async def test_half_a_surrogate_pair_in_an_error_is_replaced(server: OpenAIServer) -> None:
    server.script.append(status(401, "no \ud800"))
    async with client_of(server) as client:
        with pytest.raises(ProviderDown, match="HTTP 401: no \ufffd"):
            await ask(client)


async def test_nothing_of_the_environment_is_sent(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-host")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Token: secret")
    sent: list[dict[str, str]] = []
    server.otherwise = lambda request: (sent.append(dict(request.headers)), answer("yes")(request))[
        1
    ]
    async with client_of(server, api_key=Secret()) as client:
        await ask(client)
    assert "secret" not in str(sent) and "sk-" not in str(sent)


async def test_preflight_lists_the_models(server: OpenAIServer) -> None:
    server.models = ("qwen2.5-coder:latest", "scripted")
    async with client_of(server, model="qwen2.5-coder") as client:
        assert (await client.preflight()).models == ("qwen2.5-coder:latest", "scripted")


async def test_preflight_names_the_models_that_there_are(server: OpenAIServer) -> None:
    server.models = ("llama3:8b", "qwen3:4b")
    async with client_of(server) as client:
        with pytest.raises(ProviderDown) as down:
            await client.preflight()
    assert str(down.value) == (
        f"model server {server.url}: it doesn't serve 'scripted'; it has: llama3:8b, qwen3:4b"
    )


async def test_preflight_accepts_a_server_that_keeps_no_list(server: OpenAIServer) -> None:
    async with client_of(server, base_url=f"{server.url}/chat") as client:
        server._server.expect_request("/v1/chat/models").respond_with_data("none", status=404)
        assert (await client.preflight()).models == ()
