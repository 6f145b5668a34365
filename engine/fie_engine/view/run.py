"""A run as front ends show it: a pure fold over its events."""

from collections.abc import Iterable
from dataclasses import replace

from fie_engine import events as e
from fie_engine.model import RunState
from fie_engine.money.spending import Spending
from fie_engine.steer.steered import Steered
from fie_engine.view.marks import act_on, mark_of
from fie_engine.view.models import ModelsTally
from fie_engine.view.narrate import is_quiet, narrate
from fie_engine.view.rows import (
    CandidateRow,
    CandidateState,
    Constraint,
    Hint,
    IslandRow,
    LogLine,
    Mark,
)
from fie_engine.view.standing import Standing


class RunView(Standing):
    """Everything known of a run after its events so far; knows no clock and no disk."""

    def __init__(self) -> None:
        super().__init__()
        self.created: e.RunCreated | None = None
        self.engine: e.EngineStarted | None = None
        self.state = RunState.STARTING
        self.reason = ""
        self.log: list[LogLine] = []
        self.marks: list[Mark] = []
        self.acts: dict[str, tuple[str, ...]] = {}
        "What a person did with each candidate, oldest first."
        self.evicted_count = 0
        self.promoting: set[str] = set()
        self.challenges: dict[str, e.Challenged] = {}
        "Candidates that are to be timed in turns, oldest challenge first."
        self.retiming: set[str] = set()
        "Those of them that hold a lease."
        self.last_seq = 0
        self.started_at = 0.0
        self.last_at = 0.0
        self.steered = Steered()
        self.models = ModelsTally()
        self.money = Spending()
        self.waiting_for = ""
        "What ends the pause by itself; empty where only a person does."

    @property
    def held_out(self) -> tuple[str, ...]:
        """Workloads, by uuid, that the search never sees."""
        return tuple(one.workload for one in self.created.held_out) if self.created else ()

    @property
    def hints(self) -> tuple[Hint, ...]:
        """What a person says in prompts now, oldest first."""
        return self.steered.hints

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """What a person demands of every child now, oldest first."""
        return self.steered.constraints

    @property
    def in_flight(self) -> tuple[int, int]:
        """Proposals asked for, and candidates being judged or timed in turns, now."""
        rows = map(self.candidates.__getitem__, self.backlog)
        judging = sum(1 for row in rows if row.state is CandidateState.JUDGING)
        return len(self.backlog.asked), judging + len(self.retiming)

    @property
    def unjudged(self) -> list[str]:
        """Candidates that were proposed and have no verdict, oldest first."""
        return list(self.backlog)

    def best_on(self, island: int) -> float:
        """Return an island's best score; 0 before it has any."""
        return self.archipelago.best_on(island)

    def rest_of(self, island: int) -> str:
        """Say why an island gets no proposals: "muted" or "retired"; empty when it gets some."""
        if self.archipelago.is_retired(island):
            return "retired"
        return "muted" if island in self.steered.muted else ""

    def has_island(self, island: int) -> bool:
        """Whether there is such an island."""
        return island in self.archipelago

    def islands(self) -> list[IslandRow]:
        """Return the islands in order."""
        return self.archipelago.rows(self.candidates, self.steered, self._now())

    def fold(self, batch: Iterable[e.Recorded]) -> None:
        """Take in events; those already seen are skipped."""
        for recorded in batch:
            if recorded.seq > self.last_seq:
                self._apply(recorded)

    def _apply(self, recorded: e.Recorded) -> None:
        self.last_seq, self.last_at = recorded.seq, recorded.at
        self.started_at = self.started_at or recorded.at
        if not is_quiet(recorded.event):
            self.log.append(narrate(recorded))
        self._apply_engine(recorded)
        self._apply_search(recorded)
        self._apply_duel(recorded)
        self._apply_control(recorded)
        self.archipelago.apply(recorded.event, self.candidates)
        self.steered.apply(recorded)
        self.models.apply(recorded.event, self.judged_by(recorded.event))
        self.money.apply(recorded, self.candidates, self.iterations)
        if mark := mark_of(recorded.event):
            self.marks.append(Mark(evaluation=self.evaluations, at=recorded.at, text=mark))
        name, act = act_on(recorded.event)
        if name:
            self.acts[name] = (*self.acts.get(name, ()), act)

    def _apply_engine(self, recorded: e.Recorded) -> None:
        match recorded.event:
            case e.RunCreated() as created:
                self.created = created
            case e.EngineStarted() as started:
                self.engine = started
                self.state, self.reason, self.waiting_for = RunState.RUNNING, "", ""
                self._void_in_flight(recorded.at)
            case e.Extended(iterations=iterations):
                assert self.created is not None
                self.created = replace(self.created, iterations=iterations)
                self.stale = 0
            case e.EngineStopped(state=state, reason=reason):
                self.state, self.reason = RunState(state), reason
                self._void_in_flight(recorded.at)
            case e.Finished(reason=reason):
                self.state, self.reason = RunState.FINISHED, reason
            case e.Paused(reason=reason, until=until):
                self.state, self.reason, self.waiting_for = RunState.PAUSED, reason, until
            case e.Resumed():
                self.state, self.reason, self.waiting_for = RunState.RUNNING, "", ""

    def _apply_search(self, recorded: e.Recorded) -> None:
        match recorded.event:
            case e.ProposalStarted() as asked:
                self.backlog.ask(asked, self.best_on(asked.island))
            case e.ProposalFailed(proposal=proposal, spent=spent, reason=reason):
                self.backlog.fail(proposal, spent=spent)
                if spent:
                    self.failed.add(reason, at=recorded.at, evaluations=self.evaluations)
                    self.end_iteration()
            case e.Proposed() as proposed:
                self.propose(proposed, recorded.at, self.steered.hints_behind(proposed))
            case e.EvaluationStarted(candidate=name):
                self.change(name, recorded.at, state=CandidateState.JUDGING)
            case e.EvaluationLost(candidate=name):
                self.change(name, recorded.at, state=CandidateState.QUEUED)
            case e.Evaluated() as judged:
                self.judge(judged, recorded.at)
            case e.Improved() as improved:
                self.crown(improved, recorded)
            case e.Evicted(members=members):
                self.evicted_count += len(members)

    def _apply_duel(self, recorded: e.Recorded) -> None:
        match recorded.event:
            case e.Challenged() as challenged:
                self.challenges[challenged.candidate] = challenged
            case e.RetimingStarted(candidate=name):
                self.retiming.add(name)
            case e.RetimingLost(candidate=name):
                self.retiming.discard(name)
            case e.RetimingDropped(candidate=name):
                self._end_challenge(name)
            case e.Retimed(candidate=name) as retimed:
                self._end_challenge(name)
                self.settle(retimed, recorded.at)

    def _apply_control(self, recorded: e.Recorded) -> None:
        match recorded.event:
            case e.Pinned(candidate=name):
                self.change(name, recorded.at, pinned=True)
            case e.Unpinned(candidate=name):
                self.change(name, recorded.at, pinned=False)
            case e.PromotionStarted(candidate=name):
                self.promoting.add(name)
            case e.Promoted(candidate=name, path=path, gate=gate):
                self.promoting.discard(name)
                self.change(name, recorded.at, promoted=path, gate=gate)
            case e.PromotionRefused(candidate=name):
                self.promoting.discard(name)

    def judged_by(self, event: e.Event) -> CandidateRow | None:
        """Return the row of the candidate that an event judges; None for any other event."""
        return self.candidates.get(event.candidate) if isinstance(event, e.Evaluated) else None

    def _void_in_flight(self, at: float) -> None:
        self.backlog.asked.clear()
        self.promoting.clear()
        self.retiming.clear()
        for name in self.backlog:
            self.change(name, at, state=CandidateState.QUEUED)

    def _end_challenge(self, name: str) -> None:
        self.retiming.discard(name)
        self.challenges.pop(name, None)

    def _now(self) -> dict[int, str]:
        now: dict[int, str] = {}
        for asked in self.backlog.asked.values():
            now[asked.started.island] = f"proposing from {asked.started.parent}"
        for row in map(self.candidates.__getitem__, self.backlog):
            now[row.candidate.island] = f"{row.state} {row.candidate.id}"
        for name in self.retiming:
            now[self.candidates[name].candidate.island] = f"timing {name} in turns"
        return now
