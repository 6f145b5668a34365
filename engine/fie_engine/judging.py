"""The judging half of an engine: leases, verdicts, lost work and promotions."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol

from fie_engine import events as e
from fie_engine.inflight import InFlight
from fie_engine.model import Candidate, Origin, RunState
from fie_engine.narrate import failure
from fie_engine.record import Record
from fie_evaluator.base import Evaluator
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import EvalJob
from fie_evaluator.results import Evaluation

LOSSES_IN_A_ROW = 3
"Lost evaluations in a row after which the judge counts as broken."


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What became of a promotion."""

    path: str = ""
    score: float = 0.0
    refusals: tuple[str, ...] = ()


class Promoter(Protocol):
    """Packs a candidate that passed the official judging."""

    def __call__(self, candidate: Candidate, source: str, evaluation: Evaluation) -> Promotion:
        """Return the submission's folder and score, or the reasons for none; blocks."""


class Judging:
    """Keeps the leases busy with candidates that have no verdict yet."""

    def __init__(
        self, record: Record, in_flight: InFlight, evaluator: Evaluator, promoter: Promoter
    ) -> None:
        self._record = record
        self._in_flight = in_flight
        self._evaluator = evaluator
        self._promoter = promoter
        self._losses = 0

    def start(self) -> None:
        """Start judging as many waiting candidates as there are free leases."""
        if self._record.view.state not in (RunState.RUNNING, RunState.FINISHED):
            return
        for name in self._record.view.unjudged:
            judging = self._in_flight.judging
            if self._record.ending is not None or len(judging) >= self._evaluator.slots:
                return
            if name not in judging:
                self._record.commit(e.EvaluationStarted(candidate=name))
                self._in_flight.judge(name, self._judge(name))

    def promote(self, name: str) -> None:
        """Start the official judging of a candidate, even while the search is paused."""
        self._record.commit(e.PromotionStarted(candidate=name))
        self._in_flight.promote(name, self._promote(name))

    async def _judge(self, name: str) -> None:
        try:
            evaluation = await self._evaluate(name, official=False)
        except EvaluatorError as error:
            self._lose(name, str(error))
            return
        self._losses = 0
        search = self._record.search
        is_seed = search.view.candidates[name].candidate.origin is Origin.SEED
        islands = search.founding(name) if is_seed and evaluation.passed else ()
        self._record.commit(*search.verdict(name, evaluation), *islands)
        if is_seed and not evaluation.passed:
            why = f"the seed kernel is no start: {failure(evaluation)}"
            self._record.end(RunState.FAILED, why)
        elif moves := search.migration():
            self._record.commit(e.Migrated(moves=moves))
        interval = search.terms.checkpoint_interval
        if interval and search.view.evaluations % interval == 0:
            self._record.checkpoint()

    def _lose(self, name: str, reason: str) -> None:
        self._record.commit(e.EvaluationLost(candidate=name, reason=reason))
        self._losses += 1
        if self._losses >= LOSSES_IN_A_ROW:
            why = f"the judge failed {self._losses} times in a row: {reason}"
            self._record.end(RunState.FAILED, why)

    async def _promote(self, name: str) -> None:
        try:
            evaluation = await self._evaluate(name, official=True)
        except EvaluatorError as error:
            self._record.commit(e.PromotionRefused(candidate=name, reasons=(str(error),)))
            return
        candidate = self._record.view.candidates[name].candidate
        source = self._record.writer.source(name)
        outcome = await asyncio.to_thread(self._promoter, candidate, source, evaluation)
        self._record.commit(
            e.PromotionRefused(candidate=name, reasons=outcome.refusals)
            if outcome.refusals
            else e.Promoted(candidate=name, path=outcome.path, score=outcome.score)
        )

    def _evaluate(self, name: str, *, official: bool) -> Awaitable[Evaluation]:
        job = EvalJob(
            candidate=name,
            source=self._record.writer.source(name),
            directory=self._record.writer.folder(name),
            mode="official" if official else "search",
            profile=self._record.search.terms.profiles and not official,
            fresh=official,
        )
        return asyncio.wrap_future(self._evaluator.submit(job, self._in_flight.note))
