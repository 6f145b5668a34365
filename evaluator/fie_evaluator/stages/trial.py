"""One candidate's way through the stages, each of which may end it."""

import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace

from flashinfer_bench.data import Solution

from fie_evaluator.bench import Bench, Report
from fie_evaluator.child.messages import Advanced, Build, Call, Called, Done, Judge
from fie_evaluator.child.processes import kill_descendants
from fie_evaluator.child.runner import MISSED
from fie_evaluator.job import EvalJob
from fie_evaluator.promotion.solution import solution_of
from fie_evaluator.results import Evaluation
from fie_evaluator.stages.audit import audit
from fie_evaluator.stages.contestant import Contestant, contestant
from fie_evaluator.stages.ledger import Ledger
from fie_evaluator.stages.measuring import Measuring
from fie_evaluator.stages.profiling import Profiling, wants_profile
from fie_evaluator.stages.schedule import plan_for
from fie_evaluator.stages.verdicts import Rejected, check_solution, check_source
from fie_evaluator.track import Settings


def judge(bench: Bench, order: Judge, report: Report, started: Callable[[int], None]) -> Evaluation:
    """Return the verdict on one candidate; EvaluatorError if the judge itself failed."""
    begun = time.monotonic()
    ledger = Ledger(bench=bench)
    trial = Trial(bench=bench, job=order.job, report=report, ledger=ledger)
    try:
        trial.run(started)
    except Rejected as rejected:
        ledger.reject(rejected)
    return replace(ledger.evaluation(), seconds=time.monotonic() - begun)


@dataclass(slots=True, kw_only=True)
class Trial:
    """One candidate's way through the stages."""

    bench: Bench
    job: EvalJob
    report: Report
    ledger: Ledger

    @property
    def settings(self) -> Settings:
        """How this candidate is checked and timed."""
        track = self.bench.track
        return track.search if self.job.mode == "search" else track.official

    def run(self, started: Callable[[int], None]) -> None:
        """Go through all stages; Rejected ends the way."""
        self._enter("policy")
        solution = self._solution()
        profiling = None
        with ExitStack() as stack:
            # Runs last: whatever any contestant started is gone then.
            stack.callback(kill_descendants, frozenset({self.bench.checker.pid}))
            candidate = stack.enter_context(self._contestant(solution))
            started(candidate.pid)
            try:
                self._judge(candidate, stack)
                profiling = self._look_inside(candidate)
            finally:
                candidate.bury()
                self.ledger.log = candidate.log
            if profiling is not None:
                self.ledger.profile = profiling.profile(candidate)
            if self.bench.launchers is not None:
                self.bench.launchers.learn(candidate.directory / MISSED, self.bench.confinement)

    def _solution(self) -> Solution:
        job, track = self.job, self.bench.track
        definition = self.bench.problem.definition
        if job.solution:
            return check_solution(job.solution, definition)
        check_source(job.source, (*definition.inputs, *definition.outputs))
        return solution_of(track, job.source, job.candidate, "fie-tui")

    def _judge(self, candidate: Contestant, stack: ExitStack) -> None:
        self._enter("build", candidate)
        candidate.ask(Build(), Done)
        measuring = Measuring(
            bench=self.bench,
            ledger=self.ledger,
            report=self.report,
            plan=plan_for(self.settings, self.job, self.bench.track),
            candidate=candidate,
            hurried=self.job.mode == "search" and self.bench.track.device != "cpu",
        )
        self._check_correctness(candidate, measuring)
        if self.job.rival:
            measuring.rival = self._invite_rival(stack)
        self._time(candidate, measuring)

    def _check_correctness(self, candidate: Contestant, measuring: Measuring) -> None:
        judged = frozenset(self._places)
        order = [place for place in self.bench.problem.smallest_first if place in judged]
        first: Rejected | None = None
        self._enter("correctness", candidate, 0, len(order))
        for done, place in enumerate(order, start=1):
            try:
                called: Called = candidate.ask(Call(workload=place, seed=0), Called, place)
                self.ledger.build = called.build
                measuring.check(place, 0, called.forms)
            except Rejected as rejected:
                if self.job.mode == "search" or candidate.gone or rejected.workload is None:
                    raise
                # An official judging says what is wrong on each workload.
                self.ledger.reject(rejected)
                first = first or rejected
            self._enter("correctness", candidate, done, len(order))
        if first is not None:
            raise first

    def _invite_rival(self, stack: ExitStack) -> Contestant | None:
        """Start the rival's process; one that can't even be built is left out."""
        solution = solution_of(self.bench.track, self.job.rival, "rival", "fie-tui")
        rival = stack.enter_context(self._contestant(solution))
        try:
            rival.ask(Build(), Done)
        except Rejected:
            return None
        return rival

    def _time(self, candidate: Contestant, measuring: Measuring) -> None:
        """Time the quick subset, and the others unless it is hopeless."""
        self._enter("timing", candidate)
        quick = self._quick() if self.job.bar is not None else {}
        rest = [place for place in self._places if place not in quick]
        if quick:
            for place, weight in quick.items():
                self.ledger.record(place, weight=weight)
            measuring.time(list(quick))
            if self.ledger.estimate < (self.job.bar or 0.0):
                self.ledger.keep_only(quick)
                rest = []
        measuring.time(rest)
        timed = list(self.ledger.results)
        for place in timed:
            measuring.challenge(place)
        # One that nobody foresees is enough to deter; an official judging looks at all.
        looked_at = timed if self.job.mode == "official" else [secrets.choice(timed)]
        for place in looked_at:
            audit(candidate, place, self.ledger.results[place].median_ms or 0.0)
        if self.bench.track.device != "cpu":
            measuring.watch(secrets.choice(timed))

    def _look_inside(self, candidate: Contestant) -> Profiling | None:
        """Begin a profile if one is wanted, while the candidate's process still lives."""
        if not wants_profile(self.job, self.ledger):
            return None
        self._enter("profile", candidate)
        named = [place for place in self._places if self._is_named(place)]
        place = named[0] if named else self.ledger.slowest
        return Profiling.begun(self.bench, self.job, candidate, place)

    def _is_named(self, place: int) -> bool:
        problem = self.bench.problem
        return self.job.profile_workload in (problem.workloads[place].uuid, problem.label(place))

    def _quick(self) -> dict[int, float]:
        weights = dict(self.bench.track.quick)
        labels = {place: self.bench.problem.label(place) for place in self._places}
        found = {place: weights[label] for place, label in labels.items() if label in weights}
        return found if len(found) < len(labels) else {}

    def _contestant(self, solution: Solution) -> AbstractContextManager[Contestant]:
        # Each of two waits while the other is timed.
        limit_s = self.settings.timeout_s * (2 if self.job.rival else 1)
        return contestant(self.bench, solution, limit_s)

    @property
    def _places(self) -> list[int]:
        """The workloads that are judged; some may be held out."""
        workloads = self.bench.problem.workloads
        held_out = frozenset(self.job.leave_out)
        return [place for place, one in enumerate(workloads) if one.uuid not in held_out]

    def _enter(
        self, stage: str, candidate: Contestant | None = None, done: int = 0, total: int = 0
    ) -> None:
        if candidate is not None:
            candidate.stage = stage
        self.report(Advanced(stage=stage, done=done, total=total))
