"""The judging half of an engine: leases, verdicts, lost work and promotions."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol

from fie_engine import events as e
from fie_engine.loop.heldout import drawn_of
from fie_engine.loop.inflight import InFlight
from fie_engine.loop.jobs import official_job, retiming_job, search_job
from fie_engine.loop.pace import Pace
from fie_engine.loop.verdicts import dropped, founding, outcome, rival_of, verdict
from fie_engine.model import Candidate, Origin, RunState
from fie_engine.record.history import Record
from fie_engine.view.narrate import failure
from fie_evaluator.base import Evaluator
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import EvalJob
from fie_evaluator.results import Evaluation
from fie_evaluator.stages.gate import Drawn, gate_of

LOSSES_IN_A_ROW = 3
"Lost evaluations in a row after which the judge counts as broken."


LOSSES_OF_A_DUEL = 2
"Lost timings in turns of one challenger after which it is left at its first figures."


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What became of a promotion."""

    path: str = ""
    score: float = 0.0
    refusals: tuple[str, ...] = ()


class Promoter(Protocol):
    """Packs a candidate that passed the official judging."""

    def __call__(
        self, candidate: Candidate, source: str, evaluation: Evaluation, drawn: Drawn, /
    ) -> Promotion:
        """Return the submission's folder and score, or the reasons for none; blocks."""


class Keeper(Protocol):
    """Keeps what is worth keeping of a verdict in the candidate's folder."""

    def __call__(self, candidate: str, source: str, evaluation: Evaluation) -> None:
        """Write the files; blocks."""


class Judging:
    """Keeps the leases busy: close contests first, then candidates that have no verdict yet."""

    def __init__(
        self,
        record: Record,
        in_flight: InFlight,
        evaluator: Evaluator,
        promoter: Promoter,
        keeper: Keeper,
        pace: Pace,
    ) -> None:
        self._record = record
        self._in_flight = in_flight
        self._evaluator = evaluator
        self._promoter = promoter
        self._keeper = keeper
        self._pace = pace
        self._most: int | None = None
        "Evaluations at once that a person allows; None for as many as there are leases."
        self._losses = 0
        self._lost_duels: Counter[str] = Counter()

    def start(self) -> None:
        """Start as much judging as there are free leases."""
        view = self._record.view
        at_work = view.state in (RunState.RUNNING, RunState.FINISHED) or view.waiting_for
        if not at_work or not self._record.may_judge:
            return
        for name in list(view.challenges):
            if self._has_room():
                self._start_retiming(name)
        for name in view.unjudged:
            if self._has_room() and name not in self._in_flight.judging:
                self._record.commit(e.EvaluationStarted(candidate=name))
                # Submitted here, not by the task: the lease would wait for asks to be drawn.
                found = self._evaluate(search_job(self._record, name))
                self._in_flight.judge(name, self._judge(name, found))

    def start_asked(self) -> None:
        """Start the timings in turns that a person asked for, whatever else goes on."""
        for name, challenged in list(self._record.view.challenges.items()):
            if challenged.asked:
                self._start_retiming(name)

    def limit(self, evaluations: int | None) -> None:
        """Hold at most so many leases from now on; what is in flight lands."""
        self._most = evaluations

    def _has_room(self) -> bool:
        busy = len(self._in_flight.judging) + len(self._in_flight.retiming)
        leases = self._evaluator.slots if self._most is None else self._most
        return self._record.ending is None and busy < min(leases, self._evaluator.slots)

    def promote(self, name: str) -> None:
        """Start the official judging of a candidate, even while the search is paused."""
        self._record.commit(e.PromotionStarted(candidate=name))
        self._in_flight.promote(name, self._promote(name))

    async def _judge(self, name: str, found: Awaitable[Evaluation]) -> None:
        clock = self._record.writer.clock
        started = clock()
        try:
            evaluation = await found
        except EvaluatorError as error:
            self._lose(str(error), e.EvaluationLost(candidate=name, reason=str(error)))
            return
        self._losses = 0
        self._pace.judged(clock() - started)
        search = self._record.search
        self._keep(name, evaluation)
        is_seed = search.view.candidates[name].candidate.origin is Origin.SEED
        islands = founding(search, name) if is_seed and evaluation.passed else ()
        self._record.commit(*verdict(search, name, evaluation), *islands)
        if is_seed and not evaluation.passed:
            why = f"the seed kernel is no start: {failure(evaluation)}"
            self._record.end(RunState.FAILED, why)
        elif moves := search.migration():
            self._record.commit(e.Migrated(moves=moves))
        interval = search.terms.checkpoint_interval
        if interval and search.view.evaluations % interval == 0:
            self._in_flight.attend(self._record.checkpoint_aside())

    def _start_retiming(self, name: str) -> None:
        if name in self._in_flight.retiming:
            return
        rival = rival_of(self._record.search, self._record.view.challenges[name])
        if not rival:
            why = f"{self._record.view.best_candidate} is clearly faster by now"
            self._record.commit(*dropped(self._record.search, name, why))
            return
        self._record.commit(e.RetimingStarted(candidate=name, rival=rival))
        self._in_flight.retime(name, self._retime(name, rival))

    async def _retime(self, name: str, rival: str) -> None:
        search = self._record.search
        try:
            evaluation = await self._evaluate(retiming_job(self._record, name, rival))
        except EvaluatorError as error:
            self._lost_duels[name] += 1
            again = self._lost_duels[name] < LOSSES_OF_A_DUEL
            lost = e.RetimingLost(candidate=name, reason=str(error))
            if not again:
                del self._lost_duels[name]
            told = (lost,) if again else dropped(search, name, str(error))
            self._lose(str(error), *told)
            return
        self._losses = 0
        self._keep(name, evaluation)
        self._record.commit(*outcome(search, name, rival, evaluation))

    def _lose(self, reason: str, *told: e.Event) -> None:
        self._record.commit(*told)
        self._losses += 1
        if self._losses >= LOSSES_IN_A_ROW:
            why = f"the judge failed {self._losses} times in a row: {reason}"
            self._record.end(RunState.FAILED, why)

    def _keep(self, name: str, evaluation: Evaluation) -> None:
        source = self._record.writer.source(name)
        self._in_flight.attend(asyncio.to_thread(self._keeper, name, source, evaluation))

    async def _promote(self, name: str) -> None:
        try:
            evaluation = await self._evaluate(official_job(self._record, name))
        except EvaluatorError as error:
            self._record.commit(e.PromotionRefused(candidate=name, reasons=(str(error),)))
            return
        view, rule = self._record.view, self._record.search.terms.score_rule
        candidate, drawn = view.candidates[name].candidate, drawn_of(view, name)
        source = self._record.writer.source(name)
        promotion = await asyncio.to_thread(self._promoter, candidate, source, evaluation, drawn)
        self._record.commit(
            e.PromotionRefused(candidate=name, reasons=promotion.refusals)
            if promotion.refusals
            else e.Promoted(
                candidate=name,
                path=promotion.path,
                score=promotion.score,
                unit=evaluation.unit,
                gate=gate_of(evaluation, rule, drawn),
            )
        )

    def _evaluate(self, job: EvalJob) -> Awaitable[Evaluation]:
        """Start a judging now; awaiting it raises EvaluatorError where the judge is lost."""
        try:
            return asyncio.wrap_future(self._evaluator.submit(job, self._in_flight.note))
        except EvaluatorError as error:
            lost: asyncio.Future[Evaluation] = asyncio.get_running_loop().create_future()
            lost.set_exception(error)
            return lost
