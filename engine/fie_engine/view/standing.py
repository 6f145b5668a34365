"""What a run's verdicts add up to: candidates with their scores, the trend, the best."""

from dataclasses import replace

from fie_engine import events as e
from fie_engine.loop.backlog import Backlog
from fie_engine.loop.duels import settlements
from fie_engine.model import Origin
from fie_engine.record.compact import compacted
from fie_engine.view.archipelago import Archipelago
from fie_engine.view.clusters import FailureTally, error_of, place_of
from fie_engine.view.kinship import versus_parent
from fie_engine.view.rows import CandidateRow, CandidateState, TrendPoint
from fie_evaluator.results import Evaluation

SEARCHED = frozenset({Origin.LLM, Origin.OPERATOR, Origin.TUNER, Origin.CROSSOVER})
"Origins that count as an iteration of the search; seeds and a person's kernels don't."


class Standing:
    """Takes in what a search finds, one event after the other."""

    def __init__(self) -> None:
        self.candidates: dict[str, CandidateRow] = {}
        self.trend: list[TrendPoint] = []
        self.improvements: list[e.Recorded] = []
        self.evaluations = 0
        self.failures = 0
        self.iterations = 0
        "Proposals of the search that came to an end: judged, or failed."
        self.stale = 0
        "Iterations since the last new best."
        self.duels = 0
        "Timings in turns that came to a verdict."
        self.best_candidate = ""
        self.seed_candidate = ""
        self.last_judged = ""
        self.failed = FailureTally()
        "What went wrong so far, by kind."
        self.archipelago = Archipelago()
        self.backlog = Backlog()

    @property
    def best(self) -> CandidateRow | None:
        """The run's best candidate, once one passed."""
        return self.candidates.get(self.best_candidate)

    @property
    def seed(self) -> CandidateRow | None:
        """The seed, once it exists."""
        return self.candidates.get(self.seed_candidate)

    def propose(self, event: e.Proposed, at: float, hints: tuple[int, ...]) -> None:
        """Take in a candidate that is to be judged, with the hints behind it."""
        candidate = event.candidate
        self.backlog.propose(event.proposal, candidate.id)
        self.candidates[candidate.id] = CandidateRow(
            candidate=candidate,
            state=CandidateState.QUEUED,
            at=at,
            hints=hints,
        )
        if not candidate.parents and not self.seed_candidate:
            self.seed_candidate = candidate.id

    def judge(self, event: e.Evaluated, at: float) -> None:
        """Take in a verdict."""
        passed = event.evaluation.passed
        self.backlog.judge(event.candidate)
        self.evaluations += 1
        if not passed:
            self.failures += 1
            self._fail(event.candidate, event.evaluation, at)
        self.last_judged = event.candidate
        row = self.candidates[event.candidate]
        self.change(
            event.candidate,
            at,
            state=CandidateState.PASSED if passed else CandidateState.FAILED,
            evaluation=compacted(event.evaluation),
            score=event.score,
            noise=event.noise,
            **versus_parent(self.candidates, row, event.score, event.noise),
            first_score=event.score,
            first_noise=event.noise,
        )
        row = self.candidates[event.candidate]
        if row.candidate.origin in SEARCHED:
            self.end_iteration()
        self.archipelago.judged(row)
        best = self.best
        self.trend.append(
            TrendPoint(
                evaluation=self.evaluations,
                best=best.score if best else 0.0,
                noise=best.noise if best else 0.0,
                score=event.score,
                island=row.candidate.island,
            )
        )

    def crown(self, event: e.Improved, recorded: e.Recorded) -> None:
        """Take in a new best."""
        beaten = self.best_candidate
        if beaten:
            self.change(beaten, recorded.at, champion=False)
        self.best_candidate = event.candidate
        self.stale = 0
        if beaten:
            self.improvements.append(recorded)
        self.change(event.candidate, recorded.at, champion=True, improved=bool(beaten))
        row = self.candidates[event.candidate]
        if self.trend:
            self.trend[-1] = replace(self.trend[-1], best=row.score, noise=row.noise, improved=True)

    def settle(self, event: e.Retimed, at: float) -> None:
        """Give both sides the figures of their turns: only those of one sitting compare."""
        self.duels += 1
        event = replace(event, evaluation=compacted(event.evaluation))
        for name, changes in settlements(event, self.candidates).items():
            self.change(name, at, **changes)
        if event.verdict == "failed":
            self.failures += 1
            self._fail(event.candidate, event.evaluation, at)
        self.archipelago.weigh_again((event.candidate, event.rival), self.candidates)
        best = self.best
        if best is not None and self.trend:
            self.trend[-1] = replace(self.trend[-1], best=best.score, noise=best.noise)

    def change(self, name: str, at: float, **changes: object) -> None:
        """Change a candidate's row, if there is one."""
        row = self.candidates.get(name)
        if row is not None:
            self.candidates[name] = replace(row, at=at, **changes)  # type: ignore[arg-type]

    def end_iteration(self) -> None:
        """Count an iteration that brought no new best so far."""
        self.iterations += 1
        self.stale += 1

    def _fail(self, name: str, evaluation: Evaluation, at: float) -> None:
        error, place = error_of(evaluation), place_of(evaluation)
        self.failed.add(error, name, place=place, at=at, evaluations=self.evaluations)
