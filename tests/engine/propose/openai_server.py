"""A scripted OpenAI-compatible server on a real socket; drives a client or a whole run."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

Step = Callable[[Request], Response]
"One answer to POST /v1/chat/completions."


class _PromptServer(HTTPServer):
    """pytest-httpserver's server, but quick to stop."""

    def thread_target(self) -> None:
        """Serve; look every few milliseconds whether to stop."""
        assert self.server is not None
        self.server.serve_forever(poll_interval=0.005)


@dataclass(kw_only=True)
class OpenAIServer:
    """Answers chat requests with its script, then with `otherwise`, and remembers them."""

    script: list[Step] = field(default_factory=list)
    otherwise: Step | None = None
    models: tuple[str, ...] = ("scripted",)
    requests: list[dict[str, Any]] = field(default_factory=list)
    "The JSON bodies received, in order."
    keys: list[str] = field(default_factory=list)
    "The Authorization header of every request, model lists included."
    hung_up: threading.Event = field(default_factory=threading.Event)
    "Set when a client closes the socket of a stalled reply."
    streaming: threading.Event = field(default_factory=threading.Event)
    "Set when a stalled or slow reply has begun."
    _busy: threading.Lock = field(default_factory=threading.Lock)
    _never: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "OpenAIServer":
        self._server = _PromptServer(threaded=True)
        self._server.expect_request("/v1/models").respond_with_handler(self._list)
        self._server.expect_request("/v1/chat/completions").respond_with_handler(self._chat)
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.stop()

    @property
    def url(self) -> str:
        """The base URL that a client is given."""
        return f"http://{self._server.host}:{self._server.port}/v1"

    def says(self, text: str, **kwargs: Any) -> None:
        """Answer the next request with this reply."""
        self.script.append(answer(text, **kwargs))

    def stalls(self, text: str) -> None:
        """Answer the next request with a beginning, then with silence until the client goes."""
        self.script.append(lambda request: _streamed(self._stalled(request, text)))

    def queues(self, text: str, *, pieces: int, every_s: float) -> None:
        """Answer the next request piece by piece, once no other such answer is under way."""

        def events() -> Iterator[bytes]:
            with self._busy:
                size = -(-len(text) // pieces)
                for start in range(0, len(text), size):
                    yield chunk(text[start : start + size])
                    self.streaming.set()
                    self._never.wait(every_s)
                yield chunk("", finish="stop")

        self.script.append(lambda request: _streamed(events()))

    def _stalled(self, request: Request, text: str) -> Iterator[bytes]:
        yield chunk(text)
        connection: socket.socket = request.environ["werkzeug.socket"]
        self.streaming.set()
        while connection.recv(1024):
            pass
        self.hung_up.set()

    def _list(self, request: Request) -> Response:
        self.keys.append(request.headers.get("Authorization", ""))
        data = [{"id": name, "object": "model"} for name in self.models]
        return _json({"object": "list", "data": data})

    def _chat(self, request: Request) -> Response:
        self.keys.append(request.headers.get("Authorization", ""))
        self.requests.append(json.loads(request.get_data()))
        step = self.script.pop(0) if self.script else self.otherwise
        return step(request) if step else status(500, "the script is at its end")(request)


def answer(
    text: str,
    *,
    finish: str | None = "stop",
    reasoning: str = "",
    refusal: str = "",
    usage: tuple[int, int] = (11, 7),
    piece: int = 40,
) -> Step:
    """Return a step that streams a whole reply in pieces, with its usage."""

    def step(request: Request) -> Response:
        def events() -> Iterator[bytes]:
            for start in range(0, len(reasoning), piece):
                yield chunk(reasoning_content=reasoning[start : start + piece])
            if refusal:
                yield chunk(refusal=refusal)
            for start in range(0, len(text), piece):
                yield chunk(text[start : start + piece])
            yield chunk("", finish=finish)
            yield _event(_frame(choices=[], usage=usage))
            yield b"data: [DONE]\n\n"

        return _streamed(events())

    return step


def echo_prompt(make: Callable[[str], str]) -> Step:
    """Return a step that makes its reply from the user's message."""

    def step(request: Request) -> Response:
        messages = json.loads(request.get_data())["messages"]
        return answer(make(messages[-1]["content"]))(request)

    return step


def raw_events(*events: bytes) -> Step:
    """Return a step that streams these bytes as they are."""
    return lambda request: _streamed(iter(events))


def cut_off(text: str) -> Step:
    """Return a step that begins a reply and then closes the connection."""

    def step(request: Request) -> Response:
        def events() -> Iterator[bytes]:
            yield chunk(text)
            connection: socket.socket = request.environ["werkzeug.socket"]
            connection.shutdown(socket.SHUT_RDWR)

        return _streamed(events())

    return step


def status(http: int, message: str, *, headers: dict[str, str] | None = None, **error: str) -> Step:
    """Return a step that fails with an HTTP status and an OpenAI error body."""
    return lambda request: _json({"error": {"message": message, **error}}, http, headers)


def page(code: int, text: str) -> Step:
    """Return a step that answers with a web page."""
    return lambda request: Response(text, code, content_type="text/html")


def echo_key(code: int) -> Step:
    """Return a step that fails and quotes the request's key, as careless servers do."""

    def step(request: Request) -> Response:
        key = request.headers["Authorization"]
        return status(code, f"Incorrect API key provided: {key}. And again {key[7:]}")(request)

    return step


def chunk(text: str | None = None, *, finish: str | None = None, **delta: str) -> bytes:
    """Return one event of a streamed reply."""
    said = {**delta, **({} if text is None else {"content": text})}
    return _event(_frame(choices=[{"index": 0, "delta": said, "finish_reason": finish}]))


def _frame(choices: list[dict[str, Any]], usage: tuple[int, int] | None = None) -> dict[str, Any]:
    frame: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": choices,
    }
    if usage is not None:
        prompt, completion = usage
        frame["usage"] = {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        }
    return frame


def _event(frame: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(frame)}\n\n".encode()


def _streamed(events: Iterator[bytes]) -> Response:
    return Response(events, 200, content_type="text/event-stream")


def _json(body: object, code: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body), code, headers, content_type="application/json")
