"""Who is asked next: a proposer that keeps ahead of the leases, and one that fills their gaps."""

from dataclasses import dataclass, field

from fie_engine.loop.inflight import InFlight
from fie_engine.loop.pace import Limits, Pace
from fie_engine.model import RunState
from fie_engine.propose.base import Proposer
from fie_engine.record.history import Record
from fie_engine.view.rows import CandidateState
from fie_engine.view.run import RunView


@dataclass(frozen=True, slots=True, kw_only=True)
class Filler:
    """A second, quick proposer, asked wherever a lease would else wait for the first one."""

    proposer: Proposer
    share: float
    "Of the run's iterations, what it may use up; the first proposer has the rest."


@dataclass(slots=True, kw_only=True)
class Lane:
    """A proposer and its asks in flight."""

    proposer: Proposer
    fills: bool = False
    asking: set[int] = field(default_factory=set)
    not_before: int = 0
    "Evaluations that must have landed before its next ask."


class Lanes:
    """Decides which proposer may be asked now, if any."""

    def __init__(
        self,
        record: Record,
        in_flight: InFlight,
        proposer: Proposer,
        pace: Pace,
        filler: Filler | None,
        leases: int,
    ) -> None:
        self.pace = pace
        self.main = Lane(proposer=proposer)
        self.filling = Lane(proposer=filler.proposer, fills=True) if filler else None
        self._record = record
        self._in_flight = in_flight
        self._share = filler.share if filler else 0.0
        self._prepared = max(1, leases // 2)
        "Candidates that the filler keeps ready."

    @property
    def limits(self) -> Limits:
        """How much may be under way at once."""
        return self.pace.limits

    def next(self, *, trying: bool) -> Lane | None:
        """Return whom to ask; `trying` asks one that couldn't be reached whether it is back."""
        if not self._is_open(trying=trying):
            return None
        if (trying or not self.main_is_away) and self._main_may_ask():
            return self.main
        running = self._record.view.state is RunState.RUNNING
        if self.filling is not None and running and self._filler_may_ask(self.filling):
            return self.filling
        return None

    @property
    def main_is_away(self) -> bool:
        """Whether the first proposer can't be reached while the search goes on without it."""
        return self.main.proposer.title in self._record.view.models.absent

    @property
    def filler_goes_on(self) -> bool:
        """Whether there is something to ask of a second proposer while the first is away."""
        return self.filling is not None and self._filler_has_budget()

    def refused(self, lane: Lane) -> None:
        """Note that an ask yielded nothing, so that the next ask knows what is judged now."""
        if (lane.fills or self.pace.in_single_file) and self._in_flight.judging:
            lane.not_before = self._record.view.evaluations + 1

    def _is_open(self, *, trying: bool) -> bool:
        view, search = self._record.view, self._record.search
        under_way = len(self._in_flight.proposing) + len(view.unjudged)
        return (
            search.ready
            and (view.state is RunState.RUNNING or trying)
            and self._record.ending is None
            and not search.is_stale
            and not self._record.limit_reached
            and view.iterations + under_way < search.terms.iterations
            and self._waiting() < self.limits.waiting
            and len(outdated(view)) < self.limits.stale
        )

    def _main_may_ask(self) -> bool:
        view, lane = self._record.view, self.main
        title = lane.proposer.title if self.filling else None
        ahead = len(lane.asking) + self._waiting(title)
        self.pace.share = 1 - self._share if self._filler_has_budget() else 1.0
        early = self._early(lane)
        return (
            len(lane.asking) < self.pace.asks + early
            and ahead < self.pace.ahead + early
            and view.evaluations >= lane.not_before
            and (self.filling is None or self._main_has_budget(self.filling))
            # In single file a child is asked for only once it is known who is best.
            and not (self.pace.in_single_file and view.challenges)
        )

    def _early(self, lane: Lane) -> int:
        """Return how many asks more there may be while the first answer is waited for."""
        if not self.pace.awaits_first or not lane.asking:
            return 0
        first = min(self._in_flight.proposing[number] for number in lane.asking)
        return self.pace.early(self._record.writer.clock() - first)

    def _filler_may_ask(self, lane: Lane) -> bool:
        return (
            len(lane.asking) + self._waiting() < self._prepared
            and self._record.view.evaluations >= lane.not_before
            and self._filler_has_budget()
        )

    def _filler_has_budget(self) -> bool:
        return self.filling is not None and self._taken(self.filling) < self._filler_budget()

    def _main_has_budget(self, filler: Lane) -> bool:
        view, iterations = self._record.view, self._record.search.terms.iterations
        used = view.iterations - view.backlog.used[filler.proposer.title]
        open_work = len(view.backlog.open_of(self.main.proposer.title))
        budget = iterations - self._filler_budget()
        return used + len(self.main.asking) + open_work < budget

    def _filler_budget(self) -> int:
        return int(self._record.search.terms.iterations * self._share)

    def _taken(self, lane: Lane) -> int:
        """Return the iterations that a proposer has used up or has under way."""
        backlog, title = self._record.view.backlog, lane.proposer.title
        return backlog.used[title] + len(backlog.open_of(title)) + len(lane.asking)

    def _waiting(self, proposer: str | None = None) -> int:
        """Return how many candidates, of one proposer or of all, wait for a lease."""
        view = self._record.view
        names = view.unjudged if proposer is None else view.backlog.open_of(proposer)
        return sum(name not in self._in_flight.judging for name in names)


def outdated(view: RunView) -> list[str]:
    """Return the candidates that wait for a lease though their island has found better since."""
    found = []
    for name in view.backlog:
        row, asked = view.candidates[name], view.backlog.answered(name)
        if row.state is CandidateState.QUEUED and asked is not None:
            if view.best_on(row.candidate.island) > asked.best_then:
                found.append(name)
    return found
