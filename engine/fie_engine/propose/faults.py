"""What the SDK raises, as failures of ours that hold no key and no traceback of its own."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from fie_engine.propose import replies
from fie_engine.propose.replies import Course, Failure, Reply

Clean = Callable[[str], str]
"Takes the secrets out of a server's words; applied before they are shortened."


class Failed(Exception):
    """A request failed; its only text is the failure, which is clean."""

    def __init__(self, failure: Failure, partial: Reply) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.partial = partial


@contextmanager
def failures(reply: Reply, clean: Clean) -> Iterator[None]:
    """Raise Failed for what the SDK raises inside, with what had arrived of the reply.

    It is raised after the handlers, so that the SDK's exception, which may quote the
    request's key, is in no chain.
    """
    import httpx2
    import openai

    try:
        yield
        return
    except openai.APIStatusError as error:
        failure = _of_status(error, clean)
    except openai.APITimeoutError:
        failure = silent()
    except openai.APIConnectionError as error:
        cause = f" ({type(error.__cause__).__name__})" if error.__cause__ else ""
        failure = _retry(f"the connection failed{cause}")
    except openai.APIError as error:
        failure = _of_stream(error, clean)
    except httpx2.HTTPError as error:
        failure = _retry(f"the connection broke ({type(error).__name__})")
    except ValueError as error:
        said = replies.shown(clean(reply.whole))
        failure = _retry(f"its reply is malformed ({type(error).__name__}) after: {said!r}")
    raise Failed(failure, reply)


def web_page(body: bytes, clean: Clean) -> Failure:
    """Return the failure for a page where a reply should be: a wrong base URL."""
    said = replies.shown(clean(body.decode(errors="replace")))
    return Failure(
        course=Course.DOWN,
        message=f"it answers with a web page, not with a model; check the base URL: {said}",
    )


def silent() -> Failure:
    """Return the failure for a server that says nothing any more."""
    return _retry("it stayed silent for too long")


def broke_off() -> Failure:
    """Return the failure for a stream that ends without saying that it is finished."""
    return _retry("the reply broke off")


def too_slow(reply: Reply, limit_s: float) -> Failure:
    """Return the failure for a reply that went on for too long; one that began was paid for."""
    if reply.whole:
        message = f"its reply was not at an end after {limit_s:.0f} s (fie.reply_limit)"
        return Failure(course=Course.LOSE, message=message)
    return _retry(f"no word of a reply after {limit_s:.0f} s")


def _retry(message: str) -> Failure:
    return Failure(course=Course.RETRY, message=message)


def _of_status(error: Any, clean: Clean) -> Failure:
    return replies.failure_of_status(
        error.status_code,
        clean(_words(error)),
        code=str(error.code or ""),
        parameter=str(error.param or ""),
        retry_after_s=_wait_asked_for(error.response.headers),
    )


def _wait_asked_for(headers: Any) -> float | None:
    """Return the seconds to wait; a date counts by the server's own clock where it shows one."""
    sent_ago = replies.retry_after(headers.get("date", ""), 0.0)
    now = sent_ago if sent_ago is not None else time.time()
    return replies.retry_after(headers.get("retry-after", ""), now)


def _of_stream(error: Any, clean: Clean) -> Failure:
    """Return the failure for an error that came as an event inside a stream."""
    code = str(error.code or "")
    status = int(code) if code.isdigit() and len(code) == 3 else 500
    return replies.failure_of_status(status, clean(str(error.message)), code)


def _words(error: Any) -> str:
    """Return what the server said: its message where there is one, else its body or its status."""
    if isinstance(error.body, dict) and isinstance(error.body.get("message"), str):
        return str(error.body["message"])
    return str(error.body or error.response.reason_phrase)
