"""Secrets kept out of everything that is logged, stored or shown."""

import json
import logging
import re
import traceback
from collections.abc import Iterable
from typing import NoReturn
from urllib.parse import quote

MASK = "[redacted]"

SHORTEST = 8
"Known values shorter than this are no secrets: local servers are given keys such as 'ollama'."

PATTERNS = (
    re.compile(r"\b(?:sk|rk|pk|gsk|hf|ghp|glpat|xai|nvapi|AIza)[-_]?[A-Za-z0-9_\-]{16,}"),
    re.compile(r"\bsk-[A-Za-z0-9_*\-]{4,}"),
    re.compile(r"(?<=[Bb]earer )[^\s\"',}]+"),
    re.compile(
        r"(?i)(?<=api[_-]key)(?P<gap>[\"']?\s*[:=]\s*[\"']?)(?!\s|\[redacted\])[^\s\"',}&]{4,}"
    ),
    re.compile(r"(?<=://)[^/@\s\"']+:[^/@\s\"']+(?=@)"),
)
"What a key looks like where its value isn't known; only for messages, never for kernels."


class Secret:
    """A value that no repr, copy, pickle or JSON gives away; `reveal` does."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself, for the request that needs it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"Secret({MASK if self._value else ''})"

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never written down")


def mask_known(text: str, secrets: Iterable[Secret]) -> str:
    """Return `text` without the known values, plain, URL-quoted or JSON-escaped."""
    for value in sorted(_spellings(secrets), key=len, reverse=True):
        text = text.replace(value, MASK)
    return text


def redact(text: str, secrets: Iterable[Secret] = ()) -> str:
    """Return a message without known secrets and without what looks like one."""
    text = mask_known(text, secrets)
    for pattern in PATTERNS:
        text = pattern.sub(_masked, text)
    return text


class RedactingFilter(logging.Filter):
    """Rewrites every record that passes, arguments and tracebacks included."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record in place and let it pass."""
        record.msg = redact(record.getMessage(), self._secrets)
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
        if record.exc_text:
            record.exc_text = redact(record.exc_text, self._secrets)
        if record.stack_info:
            record.stack_info = redact(record.stack_info, self._secrets)
        return True


def _spellings(secrets: Iterable[Secret]) -> set[str]:
    values = {secret.reveal() for secret in secrets}
    return {
        spelling
        for value in values
        if len(value) >= SHORTEST
        for spelling in (value, quote(value, safe=""), json.dumps(value)[1:-1])
    }


def _masked(match: re.Match[str]) -> str:
    return (match.groupdict().get("gap") or "") + MASK
