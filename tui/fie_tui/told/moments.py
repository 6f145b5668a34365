"""Moments of a run: the next one that matters, and the one that a person names."""

import re
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from fie_engine.view.rows import LogLine
from fie_engine.view.run import RunView
from fie_evaluator.errors import FieError

NOTE = "·"
"The sign of lines that change nothing worth a stop."

FORMS = "an event number, a candidate (c0012), a time of day (14:05) or one since the start (12m)"

CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")
ELAPSED = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
DAY_S = 86_400


class NoSuchMoment(FieError):
    """The run has no such moment: name an event, a candidate or a time that its record holds."""


def next_moment(log: list[LogLine], seq: int) -> int | None:
    """Return the first event after `seq` that matters; None when there is none."""
    after = log[bisect_right(log, seq, key=_seq) :]
    return _first_that_matters(after)


def previous_moment(log: list[LogLine], seq: int) -> int | None:
    """Return the last event before `seq` that matters; None when there is none."""
    at = bisect_left(log, seq, key=_seq)
    return _first_that_matters(log[i] for i in range(at - 1, -1, -1))


def moment_of(view: RunView, text: str) -> int:
    """Return the event that a person names; raises NoSuchMoment."""
    words = text.strip()
    if words.isascii() and words.isdigit():
        return _numbered(view, int(words))
    if words in view.candidates:
        return _verdict(view, words)
    if clock := CLOCK.fullmatch(words):
        return _last_before(view, _at_clock(view, *(int(part or 0) for part in clock.groups())))
    if words and (elapsed := ELAPSED.fullmatch(words)):
        hours, minutes, seconds = (int(part or 0) for part in elapsed.groups())
        return _last_before(view, view.started_at + hours * 3600 + minutes * 60 + seconds)
    raise NoSuchMoment(f"{words!r} is no moment of this run: say {FORMS}")


def _numbered(view: RunView, seq: int) -> int:
    if not 1 <= seq <= view.last_seq:
        raise NoSuchMoment(f"no event {seq}: the record holds events 1 to {view.last_seq}")
    return seq


def _verdict(view: RunView, candidate: str) -> int:
    """Return the first event of the log about a candidate: its verdict, or its founding."""
    for line in view.log:
        if line.candidate == candidate and line.glyph in "✓✗":
            return line.seq
    raise NoSuchMoment(f"{candidate} isn't judged yet: the log knows no moment of it")


def _at_clock(view: RunView, hour: int, minute: int, second: int) -> float:
    """Return the newest such time of day, local time, that the record reaches."""
    if hour > 23 or minute > 59 or second > 59:
        raise NoSuchMoment(f"{hour}:{minute:02}:{second:02} is no time of day")
    day = time.localtime(view.last_at)
    at = time.mktime((*day[:3], hour, minute, second, 0, 0, -1))
    return at if at <= view.last_at else at - DAY_S


def _last_before(view: RunView, at: float) -> int:
    """Return the newest event of the log that had happened by then."""
    found = bisect_right(view.log, at, key=lambda line: line.at)
    if not found:
        began = time.strftime("%H:%M:%S", time.localtime(view.started_at))
        raise NoSuchMoment(f"the run had not begun then: its first event is of {began}")
    return view.log[found - 1].seq


def _first_that_matters(lines: Iterable[LogLine]) -> int | None:
    return next((line.seq for line in lines if line.glyph != NOTE), None)


def _seq(line: LogLine) -> int:
    return line.seq
