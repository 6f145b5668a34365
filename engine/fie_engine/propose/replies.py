"""What a model server's answer is worth: a reply to parse, a retry, a refusal, or the end."""

import re
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum

from fie_engine.model import Usage

SHOWN_BYTES = 200
"How much of a server's own words an error shows."

DOWN_STATUSES = frozenset((400, 401, 403, 404, 422))
BUSY_STATUSES = frozenset((408, 409, 429))
QUOTA_CODES = frozenset(("insufficient_quota", "billing_hard_limit_reached"))
FILTER_CODES = frozenset(("content_filter", "content_policy_violation"))

OVERFLOW = re.compile(
    r"context[ _](?:length|window|size)|maximum context|prompt is too long|too many tokens|num_ctx",
    re.IGNORECASE,
)
"How servers say that a prompt doesn't fit into the model's context."

OPTIONAL_PARAMETERS = ("temperature", "top_p", "seed", "stream_options", "reasoning_effort")
"What a request can do without when a server refuses it."

TOKEN_LIMITS = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": "max_tokens",
}
"The two names of the reply's token limit; a server knows one or both."

THINKING = re.compile(r"<(think|thinking)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
THINKING_END = re.compile(r"\A.*</(?:think|thinking)>", re.DOTALL | re.IGNORECASE)


class Course(StrEnum):
    """What to do about a request that failed."""

    RETRY = "retry"
    ADAPT = "adapt"
    "Send it again without the parameter that the server refuses."
    LOSE = "lose"
    "This reply can't be had; the next prompt's may."
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A request that got no reply, and what to do about it."""

    course: Course
    message: str
    "One line, not yet redacted."
    retry_after_s: float | None = None
    parameter: str = ""
    "The refused parameter, where the course is ADAPT."
    overflow: bool = False
    "Whether the prompt was too long for the model's context."


@dataclass(slots=True, kw_only=True)
class Reply:
    """A model's answer as it streams in."""

    text: str = ""
    reasoning: str = ""
    "Thinking that the server sends apart; shown and kept, never parsed."
    refusal: str = ""
    finish_reason: str = ""
    usage: Usage = field(default_factory=Usage)
    chunks: int = 0
    choices: int = 0
    "Chunks that held a choice."

    @property
    def whole(self) -> str:
        """Everything that was said, thinking first, as it is kept."""
        thinking = f"<think>\n{self.reasoning}\n</think>\n" if self.reasoning else ""
        return thinking + (self.text or self.refusal)


def spoken(text: str) -> str:
    """Return a reply without its thinking, also where only the end of that is marked."""
    visible = THINKING.sub("", text)
    return THINKING_END.sub("", visible).strip("\n")


def objection(reply: Reply, max_tokens: int | None) -> str:
    """Return why a finished reply can't be used; empty when it can."""
    if reply.refusal:
        return f"the model refused: {shown(reply.refusal)}"
    if not reply.choices:
        return "the reply holds no choices"
    if reply.finish_reason == "length":
        limit = f" of {max_tokens}" if max_tokens else ""
        return f"the reply was cut at the token limit{limit}: raise llm.max_tokens"
    if reply.finish_reason == "content_filter":
        return "the server's content filter cut the reply"
    if reply.finish_reason in ("tool_calls", "function_call"):
        return "the model called a tool instead of answering"
    if not reply.text.strip():
        thought = ", only thinking" if reply.reasoning else ""
        return f"the reply is empty{thought}"
    if not spoken(reply.text).strip():
        return "the reply holds only thinking"
    return ""


def failure_of_status(
    status: int, body: str, code: str = "", parameter: str = "", retry_after_s: float | None = None
) -> Failure:
    """Return what an HTTP error status asks for."""
    said = f"HTTP {status}: {shown(body)}"
    if code in QUOTA_CODES or any(quota in body for quota in QUOTA_CODES):
        return Failure(course=Course.DOWN, message=f"the quota is used up ({said})")
    if code in FILTER_CODES:
        return Failure(course=Course.LOSE, message=f"the content filter refused it ({said})")
    if status in (400, 413, 422, 500) and OVERFLOW.search(f"{code} {body}"):
        return Failure(course=Course.DOWN, message=said, overflow=True)
    if status == 400 and (refused := refused_parameter(parameter, body)):
        return Failure(course=Course.ADAPT, message=said, parameter=refused)
    if status in BUSY_STATUSES or status >= 500:
        return Failure(course=Course.RETRY, message=said, retry_after_s=retry_after_s)
    return Failure(course=Course.DOWN, message=f"{said}{_remedy(status)}")


def refused_parameter(named: str, message: str) -> str:
    """Return the optional parameter that a 400 complains about; empty when it is none."""
    known = (*OPTIONAL_PARAMETERS, *TOKEN_LIMITS)
    if named in known:
        return named
    complaint = re.search(
        r"unsupported|unrecognized|unknown|not permitted|extra", message, re.IGNORECASE
    )
    if named or complaint is None:
        return ""
    first = [name for name in known if re.search(rf"\b{name}\b", message)]
    return min(first, key=message.index, default="")


def retry_after(header: str, now: float) -> float | None:
    """Return how long a Retry-After header asks to wait: seconds, or a date against Unix `now`."""
    try:
        seconds = float(header)
    except ValueError:
        seconds = _until(header, now)
    return seconds if 0 <= seconds < float("inf") else None


def _until(date: str, now: float) -> float:
    """Return the seconds until an HTTP date, 0 for a past one; NaN where it is none."""
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return float("nan")
    return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now)


def shown(text: str) -> str:
    """Return the first bytes of a server's words as one line."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_BYTES else line[:SHOWN_BYTES] + "…"


def _remedy(status: int) -> str:
    return {
        401: "; check the API key",
        403: "; the API key may not use this",
        404: "; check the base URL (it usually ends in /v1) and the model's name",
    }.get(status, "")
