"""One model on one OpenAI-compatible server: asked, streamed, retried, and let go of."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fie_engine.model import Usage
from fie_engine.plaintext import well_formed
from fie_engine.propose import replies
from fie_engine.propose.base import ProviderDown
from fie_engine.propose.billing import billed, usage_of, used
from fie_engine.propose.connection import connect, overhear
from fie_engine.propose.context import overflow_remedy
from fie_engine.propose.endpoint import Endpoint
from fie_engine.propose.faults import Failed, broke_off, failures, silent, too_slow, web_page
from fie_engine.propose.replies import Course, Failure, Reply
from fie_engine.propose.silence import Silence
from fie_engine.redact import mask_known, redact

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Sleep = Callable[[float], Awaitable[None]]
Clock = Callable[[], float]
"Returns monotonic seconds."
StreamSink = Callable[[str], None]
"Called with everything the model has said so far; must return at once."

LONGEST_PAUSE_S = 60.0
"A server that asks for a longer pause is left alone, and the search pauses."
CONNECT_TIMEOUT_S = 10.0
FIRST_REPLY_PATIENCE = 3
"How many times the usual silence the first reply may take: the server loads the model."
MOST_ADAPTATIONS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """What the server says it serves."""

    models: tuple[str, ...]
    "Empty where the server keeps no list."


class ReplyLost(Exception):
    """The server kept breaking off its replies; what arrived last may have been paid."""

    def __init__(self, reason: str, partial: Reply) -> None:
        super().__init__(reason)
        self.partial = partial


class ModelClient:
    """Streams replies; the only layer that retries. Cancelling a call closes its socket."""

    def __init__(
        self, endpoint: Endpoint, sleep: Sleep = asyncio.sleep, clock: Clock = time.monotonic
    ) -> None:
        self.endpoint = endpoint
        self._sleep = sleep
        self._clock = clock
        self._client: AsyncOpenAI | None = None
        self._warm = False
        self._silence = Silence()
        self._quiet_until = 0.0
        "When a server that is busy for one ask may be asked again by any."
        self._dropped: set[str] = set()
        self._limit_name = _limit_name(endpoint.base_url)

    async def ask(
        self, system: str, user: str, rng: random.Random, sink: StreamSink | None = None
    ) -> Reply:
        """Return a finished reply; raises ReplyLost or ProviderDown after the last attempt."""
        attempt = adaptations = 0
        paid: list[Usage] = []
        while True:
            if (quiet_s := self._quiet_until - self._clock()) > 0 and not attempt:
                await self._sleep(quiet_s)
            try:
                reply = await self._attempt(system, user, sink)
            except Failed as failed:
                failure, partial = failed.failure, failed.partial
            else:
                self._warm = True
                return self._billed(self._mask(reply), paid, system, user)
            self._billed(partial, paid, system, user)
            if failure.course is Course.ADAPT and adaptations < MOST_ADAPTATIONS:
                adaptations += 1
                self._adapt(failure.parameter)
                continue
            if failure.overflow:
                failure = replace(failure, message=failure.message + self._too_small(system, user))
            if not self._worth_retrying(failure, attempt):
                raise self._gave_up(failure, partial, attempt)
            await self._sleep(self._pause(failure, attempt, rng))
            attempt += 1

    async def preflight(self) -> Preflight:
        """Ask for the list of models; raises ProviderDown unless the model is served."""
        problem = ""
        models: list[str] = []
        try:
            with failures(Reply(), self._clean):
                listed = await self._openai().models.list()
                models = [
                    well_formed(str(model.id)) for model in getattr(listed, "data", None) or ()
                ]
        except Failed as failed:
            problem = "" if _keeps_no_list(failed.failure) else failed.failure.message
        if problem:
            raise ProviderDown(self._told(problem))
        if models and not served(self.endpoint.model, models):
            known = ", ".join(sorted(models)[:8])
            raise ProviderDown(
                self._told(f"it doesn't serve {self.endpoint.model!r}; it has: {known}")
            )
        return Preflight(models=tuple(models))

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _attempt(self, system: str, user: str, sink: StreamSink | None) -> Reply:
        reply = Reply()
        limit_s = self.endpoint.reply_limit_s
        try:
            async with asyncio.timeout(limit_s):
                try:
                    async with self._silence.limited(self._patience_s()):
                        await self._stream(self._request(system, user), reply, sink)
                    return reply
                except TimeoutError:
                    failure = silent()
        except TimeoutError:
            failure = too_slow(reply, limit_s)
        raise Failed(failure, reply)

    async def _stream(self, request: dict[str, Any], reply: Reply, sink: StreamSink | None) -> None:
        with failures(reply, self._clean):
            response = await self._openai().chat.completions.with_raw_response.create(
                **request, timeout=self._timeout()
            )
            self._silence.heard()
            overhear(response.http_response, self._silence.heard)
            stream: Any = response.parse()
            async with stream:
                if "html" in response.headers.get("content-type", ""):
                    page = await response.http_response.aread()
                    raise Failed(web_page(page, self._clean), reply)
                async for chunk in stream:
                    self._take(chunk, reply, sink)
        if not reply.finish_reason and (reply.choices or not reply.chunks):
            raise Failed(broke_off(), reply)

    def _worth_retrying(self, failure: Failure, attempt: int) -> bool:
        return (
            failure.course is Course.RETRY
            and attempt < self.endpoint.retries
            and (failure.retry_after_s or 0.0) <= LONGEST_PAUSE_S
        )

    def _too_small(self, system: str, user: str) -> str:
        return overflow_remedy(len(system) + len(user), self.endpoint.max_tokens)

    def _take(self, chunk: Any, reply: Reply, sink: StreamSink | None) -> None:
        try:
            _append(chunk, reply)
        except (AttributeError, TypeError) as error:
            raise ValueError("a chunk of an unknown shape") from error
        if sink is not None:
            sink(self._masked(reply.whole))

    def _masked(self, text: str) -> str:
        return mask_known(well_formed(text), (self.endpoint.api_key,))

    def _billed(self, reply: Reply, paid: list[Usage], system: str, user: str) -> Reply:
        """Let a reply cost what it used, and all attempts before it."""
        paid.append(used(reply, len(system) + len(user)))
        reply.usage = billed(paid, self.endpoint)
        return reply

    def _mask(self, reply: Reply) -> Reply:
        """Take our key out of a reply, in case the server sent it back; nothing else."""
        reply.text = self._masked(reply.text)
        reply.reasoning = self._masked(reply.reasoning)
        reply.refusal = self._masked(reply.refusal)
        return reply

    def _clean(self, text: str) -> str:
        return redact(well_formed(text), (self.endpoint.api_key,))

    def _gave_up(self, failure: Failure, partial: Reply, retries: int) -> Exception:
        again = f", after {retries + 1} attempts" if retries else ""
        wish = failure.retry_after_s or 0.0
        resting = f"; it asks for {wish:.0f} s of rest" if wish else ""
        reason = self._told(failure.message + again + resting)
        began = bool(partial.whole) and failure.course is Course.RETRY
        if began or failure.course is Course.LOSE:
            return ReplyLost(reason, self._mask(partial))
        return ProviderDown(reason, wish)

    def _told(self, problem: str) -> str:
        return self._clean(f"model server {self.endpoint.base_url}: {problem}")

    def _pause(self, failure: Failure, attempt: int, rng: random.Random) -> float:
        now = self._clock()
        if failure.retry_after_s is not None:
            self._quiet_until = max(self._quiet_until, now + failure.retry_after_s)
            return failure.retry_after_s
        pause = self.endpoint.retry_delay_s * 2.0**attempt * (0.5 + rng.random())
        return float(max(min(pause, LONGEST_PAUSE_S), self._quiet_until - now))

    def _adapt(self, parameter: str) -> None:
        self._dropped.add(parameter)
        other = replies.TOKEN_LIMITS.get(parameter, parameter)
        if parameter == self._limit_name and other not in self._dropped:
            self._limit_name = other

    def _request(self, system: str, user: str) -> dict[str, Any]:
        endpoint = self.endpoint
        optional = {
            "temperature": None if self._reasons() else endpoint.temperature,
            "top_p": endpoint.top_p,
            "seed": endpoint.seed,
            "reasoning_effort": endpoint.reasoning_effort,
            "stream_options": {"include_usage": True},
            self._limit_name: endpoint.max_tokens,
        }
        wanted = {
            name: value
            for name, value in optional.items()
            if value is not None and name not in self._dropped
        }
        messages = [
            {"role": "system", "content": system},
            {"role": "user", "content": user},
        ]
        return {"model": endpoint.model, "messages": messages, "stream": True, **wanted}

    def _reasons(self) -> bool:
        """Whether this is one of OpenAI's reasoning models, which take no temperature."""
        name = self.endpoint.model.rpartition("/")[2]
        return self._limit_name == "max_completion_tokens" and name.startswith(
            ("o1", "o3", "o4", "gpt-5")
        )

    def _patience_s(self) -> float:
        return self.endpoint.timeout_s * (1 if self._warm else FIRST_REPLY_PATIENCE)

    def _timeout(self) -> Any:
        """Return the limits that are the connection's own; `Silence` has the others."""
        import httpx2

        return httpx2.Timeout(None, connect=min(CONNECT_TIMEOUT_S, self._patience_s()))

    def _openai(self) -> "AsyncOpenAI":
        if self._client is None:
            self._client = connect(self.endpoint)
        return self._client


def _append(chunk: Any, reply: Reply) -> None:
    """Add a chunk to the reply; the SDK hands chunks on as they come, unchecked."""
    reply.chunks += 1
    if chunk.usage is not None:
        reply.usage = usage_of(chunk.usage)
    for choice in (chunk.choices or ())[:1]:
        reply.choices += 1
        delta = choice.delta
        if delta is not None:
            thinking = getattr(delta, "reasoning_content", None)
            reply.reasoning += thinking or getattr(delta, "reasoning", None) or ""
            reply.text += delta.content or ""
            reply.refusal += delta.refusal or ""
        reply.finish_reason = str(choice.finish_reason or reply.finish_reason)


def served(model: str, models: list[str]) -> bool:
    """Whether a server that lists these models answers to the name."""
    return model in models or f"{model}:latest" in models or f"models/{model}" in models


def _limit_name(base_url: str) -> str:
    host = urlsplit(base_url).hostname or ""
    return "max_completion_tokens" if host.endswith("openai.com") else "max_tokens"


def _keeps_no_list(failure: Failure) -> bool:
    return failure.message.startswith(("HTTP 404", "HTTP 405", "HTTP 501"))
