"""How many asks to have in flight: enough that no lease waits, few enough that no parent ages.

By Little's law the leases stay busy with (leases x answer time / judging time) asks in flight.
A server that answers one request at a time gives no more for being asked twice at once: so
after a jump the rate of answers is compared with the rate before, and a jump that didn't pay is
taken back.
"""

import math
from collections import deque
from dataclasses import dataclass, replace
from statistics import mean

REMEMBERED = 12
"Answers and judgings that the times are averaged over."
SLACK = 0.5
"Asks above what is needed, so that a late answer finds a candidate waiting."
SLACK_SHARE = 0.25
"The same, as a share of what is needed, where that is more."
PAYS = 0.6
"Share of the asks that a server must really work on at once, for a jump to stand."
TRY_AGAIN = 50
"Answers after which a jump that was taken back is tried again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may be under way at once."""

    proposals: int
    "Asks in flight; where `adaptive`, at most."
    ahead: int
    "Asks in flight plus candidates that wait for a lease: parents age while they wait."
    waiting: int = 1000
    "Candidates that may wait for a lease; while there are as many, nobody is asked."
    stale: int = 1000
    "Those of them whose parent's island has had a new best since; the same holds."
    adaptive: bool = False
    "Whether the number of asks follows from how long answers and judgings take."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Jump:
    """A change of level that has yet to pay."""

    level: int
    "Before it."
    answer_s: float
    skip: int
    "Answers that still belong to the old level."


class Pace:
    """The number of asks to have in flight, from the times of answers and judgings."""

    def __init__(self, limits: Limits, leases: int) -> None:
        self.share = 1.0
        "Of the leases' time, what these asks are to fill."
        self._leases = leases
        self._judgings_s: deque[float] = deque(maxlen=REMEMBERED)
        self._answers_s: deque[float] = deque(maxlen=REMEMBERED)
        self._level = leases + 1
        self._jump: _Jump | None = None
        self._until_retry = 0
        self.adopt(limits)

    @property
    def in_single_file(self) -> bool:
        """Whether one ask follows another, so that the same answers give the same run."""
        return not self.limits.adaptive and self.limits.ahead == 1

    @property
    def asks(self) -> int:
        """Asks that may be in flight."""
        return min(self._level, self._ceiling) if self.limits.adaptive else self.limits.proposals

    @property
    def ahead(self) -> int:
        """Asks in flight plus candidates waiting for a lease that there may be."""
        return self.asks if self.limits.adaptive else self.limits.ahead

    def adopt(self, limits: Limits) -> None:
        """Go by other limits from now on."""
        self.limits = limits
        self._ceiling = limits.proposals
        self._level = min(self._level, limits.proposals) if limits.adaptive else limits.proposals

    def judged(self, seconds: float) -> None:
        """Take in how long a lease was held."""
        self._judgings_s.append(seconds)

    def answered(self, seconds: float) -> None:
        """Take in how long an answer took, good or not."""
        if not self.limits.adaptive:
            return
        self._forgive()
        if self._jump is not None and self._jump.skip:
            self._jump = replace(self._jump, skip=self._jump.skip - 1)
            return
        self._answers_s.append(seconds)
        if self._jump is None:
            self._follow(first=len(self._answers_s) == 1)
        elif len(self._answers_s) >= self._level:
            self._assess(self._jump)

    def _follow(self, *, first: bool) -> None:
        """Move to the level that the leases need."""
        wanted = min(self._wanted(), self._ceiling)
        answer_s, before = mean(self._answers_s), 1 if first else self._level
        if wanted >= 2 * before:
            self._jump = _Jump(level=before, answer_s=answer_s, skip=self._level)
            self._answers_s.clear()
        self._level = wanted

    def _wanted(self) -> int:
        if not self._judgings_s:
            return self._level
        rate = self._leases * self.share / max(mean(self._judgings_s), 1e-6)
        needed = rate * mean(self._answers_s)
        return max(1, math.ceil(needed + max(SLACK, SLACK_SHARE * needed)))

    def _assess(self, jump: _Jump) -> None:
        """Keep a jump if the server really works on about so many asks at once."""
        at_once = self._level * jump.answer_s / max(mean(self._answers_s), 1e-6)
        self._jump = None
        if at_once < PAYS * self._level:
            self._ceiling = max(jump.level, round(at_once))
            self._level = self._ceiling
            self._until_retry = TRY_AGAIN
            self._answers_s.clear()

    def _forgive(self) -> None:
        """Let a jump that was taken back be tried again after a while."""
        self._until_retry -= 1
        if self._until_retry <= 0:
            self._ceiling = self.limits.proposals
