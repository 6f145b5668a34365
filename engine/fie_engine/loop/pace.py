"""How many asks to have in flight: enough that no lease waits, few enough that no parent ages.

By Little's law the leases stay busy with (leases x answer time / judging time) asks in flight.
A server that answers one request at a time gives no more for being asked twice at once, and lets
the second one wait until its time is up: so the number about doubles at most, the rate of answers
is compared with the rate before, and a jump that didn't pay is taken back.

Until the first answer nobody knows how long one takes. Meanwhile asks follow each other as often as
the leases could judge, a few at most: if answers are slow, the first of them already come in a row.
"""

import math
from collections import deque
from dataclasses import dataclass
from statistics import mean

REMEMBERED = 12
"Answers and judgings that the times are averaged over."
SLACK = 0.5
"Asks above what is needed, so that a late answer finds a candidate waiting."
SLACK_SHARE = 0.25
"The same, as a share of what is needed, where that is more."
PAYS, SURELY = 0.7, 0.85
"""Share of the asks that a server must really work on at once, for a jump to stand; and for it to
stand at the first answer."""
FIRST_ASKS = 4
"Asks in flight before the first answer; a server may have them wait for one another."
FIRST_RETRY, LAST_RETRY = 8, 128
"Answers after which a jump that was taken back is tried again; each time twice as many."


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


class Pace:
    """The number of asks to have in flight, from the times of answers and judgings."""

    def __init__(self, limits: Limits, leases: int) -> None:
        self.share = 1.0
        "Of the leases' time, what these asks are to fill."
        self._leases = leases
        self._judgings_s: deque[float] = deque(maxlen=REMEMBERED)
        self._answers_s: deque[float] = deque(maxlen=REMEMBERED)
        self._level = 2
        self._is_first = True
        self._is_warm = False
        self._jump: _Jump | None = None
        self._skip = 0
        "Answers to come that were asked for at another level, or when there were few."
        self._retry = FIRST_RETRY
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

    @property
    def awaits_first(self) -> bool:
        """Whether it is unknown how long an answer takes, and that matters."""
        return self._is_first and self.limits.adaptive

    def early(self, waited_s: float) -> int:
        """Return how many asks more there may be once the first one has taken so long."""
        if not self.awaits_first or not self._judgings_s:
            return 0
        due = 1 + int(waited_s * self._rate())
        return max(0, min(due, FIRST_ASKS, self._ceiling) - self.asks)

    def adopt(self, limits: Limits) -> None:
        """Go by other limits from now on."""
        self.limits = limits
        self._ceiling = limits.proposals
        self._level = min(self._level, limits.proposals) if limits.adaptive else limits.proposals

    def judged(self, seconds: float) -> None:
        """Take in how long a lease was held; the first time something is prepared for all."""
        if len(self._judgings_s) == 1 and not self._is_warm:
            self._judgings_s.clear()
            self._is_warm = True
        self._judgings_s.append(seconds)
        if self.limits.adaptive and self._answers_s and self._jump is None:
            self._follow()

    def answered(self, seconds: float) -> None:
        """Take in how long an answer took, good or not."""
        if not self.limits.adaptive:
            return
        self._forgive()
        if self._skip:
            self._skip -= 1
            return
        self._answers_s.append(seconds)
        if self._is_first:
            self._begin(seconds)
        elif self._jump is None:
            self._follow()
        else:
            self._assess(self._jump)

    def overtaxed(self) -> None:
        """Take in that the server could not serve: ask for half as much."""
        if self.limits.adaptive:
            self._fall_back(max(1, self._level // 2))

    def _begin(self, seconds: float) -> None:
        """Take the first answer as one that nothing stood before."""
        self._is_first = False
        self._level = min(self._level, self._wanted())
        if self._level > 1:
            self._jump = _Jump(level=1, answer_s=seconds)
            self._answers_s.clear()

    def _follow(self) -> None:
        """Move to the level that the leases need, or half-way there."""
        before, answer_s = self._level, mean(self._answers_s)
        self._level = min(self._wanted(), self._ceiling, 2 * before + 1)
        if self._level >= 2 * before:
            self._jump = _Jump(level=before, answer_s=answer_s)
            self._skip = self._level - 1
            self._answers_s.clear()

    def _wanted(self) -> int:
        if not self._judgings_s:
            return self._level
        needed = self._rate() * mean(self._answers_s)
        return max(1, math.ceil(needed + max(SLACK, SLACK_SHARE * needed)))

    def _rate(self) -> float:
        """Return how many candidates of these asks the leases judge in a second."""
        return self._leases * self.share / max(mean(self._judgings_s), 1e-6)

    def _assess(self, jump: _Jump) -> None:
        """Keep a jump if the server really works on about so many asks at once."""
        at_once = self._level * jump.answer_s / max(mean(self._answers_s), 1e-6)
        if at_once < SURELY * self._level and len(self._answers_s) < max(2, self._level // 2):
            return
        if at_once < PAYS * self._level:
            self._fall_back(max(jump.level, round(at_once)))
        else:
            self._jump = None
            self._follow()

    def _fall_back(self, level: int) -> None:
        self._skip = self._level - 1
        self._level = self._ceiling = level
        self._jump = None
        self._answers_s.clear()
        self._until_retry, self._retry = self._retry, min(2 * self._retry, LAST_RETRY)

    def _forgive(self) -> None:
        """Let a jump that was taken back be tried again after a while."""
        self._until_retry -= 1
        if self._until_retry <= 0:
            self._ceiling = self.limits.proposals
