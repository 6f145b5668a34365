"""What a run has cost after its events so far: a pure fold, the same on every resume."""

from collections.abc import Mapping

from fie_engine import events as e
from fie_engine.money.budget import PREFIX, Budget, Spent, changed_budget
from fie_engine.money.cost import Cost, Unit, reply_cost, unit_of
from fie_engine.money.marginal import Effort, Efforts, steps_between
from fie_engine.view.rows import CandidateRow

NOBODY = Cost()


class Spending:
    """Costs by candidate, island and model, against the run's budget."""

    def __init__(self) -> None:
        self.budget = Budget()
        self.efforts = Efforts()
        self.by_candidate: dict[str, Cost] = {}
        self.warned: set[str] = set()
        "Limits of which a warning was given."
        self.suggested = False
        "Whether a stop was suggested since the search last was worth its price."
        self.ended_by = ""
        "The limit that ended the search; empty while it goes on or for any other end."
        self._leases: dict[tuple[str, str], float] = {}
        self._ran_s = 0.0
        self._running = False
        self._last_at = 0.0

    @property
    def total(self) -> Cost:
        """What the run cost."""
        return self.efforts.total.cost

    @property
    def unit(self) -> Unit:
        """The unit in which its parts compare."""
        return unit_of(self.total)

    def of(self, candidate: str) -> Cost:
        """Return what a candidate cost: its reply and its time on leases."""
        return self.by_candidate.get(candidate, NOBODY)

    def spent(self, now: float) -> Spent:
        """Return what counts against the budget at a Unix time."""
        still = max(0.0, now - self._last_at) if self._running else 0.0
        return Spent(
            usd=self.total.known_usd,
            tokens=float(self.total.tokens),
            gpu_seconds=self.total.gpu_seconds,
            hours=(self._ran_s + still) / 3600,
        )

    def apply(
        self, recorded: e.Recorded, candidates: Mapping[str, CandidateRow], iterations: int
    ) -> None:
        """Take in an event, after the candidates did; `iterations` have ended by now."""
        self.efforts.advance(iterations)
        self._tick(recorded)
        self._apply_budget(recorded.event)
        self._apply_replies(recorded.event)
        self._apply_leases(recorded, candidates)
        if isinstance(recorded.event, e.Improved):
            self._improve(recorded.event, candidates)
        self._recover()

    def _tick(self, recorded: e.Recorded) -> None:
        """Count time while the search runs; what an engine that died left open is no time."""
        if self._running and not isinstance(recorded.event, e.EngineStarted):
            self._ran_s += max(0.0, recorded.at - self._last_at)
        self._last_at = recorded.at
        match recorded.event:
            case e.EngineStarted() | e.Resumed():
                self._running, self.ended_by = True, ""
            case e.Finished(limit=limit):
                self._running, self.ended_by = False, limit
            case e.EngineStopped() | e.Paused():
                self._running = False

    def _apply_budget(self, event: e.Event) -> None:
        match event:
            case e.RunCreated(budget=budget):
                self.budget = budget
            case e.SettingChanged(name=name, value=value):
                self.budget = changed_budget(self.budget, name, value)
                self.warned.discard(name.removeprefix(PREFIX))
            case e.BudgetNeared(limit=limit):
                self.warned.add(limit)
            case e.StopSuggested():
                self.suggested = True

    def _apply_replies(self, event: e.Event) -> None:
        match event:
            case e.Proposed(candidate=made, usage=usage) if usage.tokens:
                self._book(reply_cost(usage), made.island, made.model, made.id)
            case e.ProposalFailed(island=island, model=model, usage=usage) if usage.tokens:
                self._book(reply_cost(usage), island, model)

    def _apply_leases(self, recorded: e.Recorded, candidates: Mapping[str, CandidateRow]) -> None:
        match recorded.event:
            case e.EngineStarted():
                self._leases.clear()
            case e.EvaluationStarted(candidate=name):
                self._leases["judging", name] = recorded.at
            case e.RetimingStarted(candidate=name):
                self._leases["retiming", name] = recorded.at
            case e.PromotionStarted(candidate=name):
                self._leases["promoting", name] = recorded.at
            case e.Evaluated(candidate=name, evaluation=judged):
                self._end_lease("judging", name, recorded.at, candidates, judged.seconds)
            case e.EvaluationLost(candidate=name):
                self._end_lease("judging", name, recorded.at, candidates)
            case e.Retimed(candidate=name, evaluation=judged):
                self._end_lease("retiming", name, recorded.at, candidates, judged.seconds)
            case e.RetimingLost(candidate=name):
                self._end_lease("retiming", name, recorded.at, candidates)
            case e.Promoted(candidate=name) | e.PromotionRefused(candidate=name):
                self._end_lease("promoting", name, recorded.at, candidates)

    def _end_lease(
        self,
        kind: str,
        name: str,
        at: float,
        candidates: Mapping[str, CandidateRow],
        told_s: float = 0.0,
    ) -> None:
        """Book a lease's time: as the judge told it, else between start and end."""
        since = self._leases.pop((kind, name), at)
        made = candidates[name].candidate
        seconds = told_s or max(0.0, at - since)
        self._book(Cost(gpu_seconds=seconds), made.island, made.model, name)

    def _improve(self, event: e.Improved, candidates: Mapping[str, CandidateRow]) -> None:
        made = candidates[event.candidate].candidate
        steps = steps_between(event.previous, event.score)
        self.efforts.add(Effort(steps=steps), made.island, made.model)

    def _recover(self) -> None:
        """Forget a suggestion once 1 % costs no more than it did over the run."""
        if self.suggested:
            unit = self.unit
            lately = self.efforts.recent().per_step(unit)
            run = self.efforts.total.per_step(unit)
            self.suggested = lately is None or run is None or lately > run

    def _book(self, cost: Cost, island: int, model: str, candidate: str = "") -> None:
        self.efforts.add(Effort(cost=cost), island, model)
        if candidate:
            before = self.by_candidate.get(candidate)
            self.by_candidate[candidate] = cost if before is None else before + cost
