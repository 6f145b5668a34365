"""One candidate's way through the stages, each of which may end it."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

from fie_evaluator.bench import Bench, Report, ask_checker
from fie_evaluator.children import Child, ChildDied, ChildLate, fork_child
from fie_evaluator.feedback import profile_of
from fie_evaluator.inputs import CHANGED_SEED
from fie_evaluator.messages import (
    Advanced,
    Build,
    Call,
    Check,
    Dissect,
    Dissected,
    Failed,
    FromRunner,
    Judge,
    Time,
    Timed,
    Verdict,
)
from fie_evaluator.problem import Problem
from fie_evaluator.processes import kill_descendants, limit_resources
from fie_evaluator.results import Evaluation, Profile, Status, WorkloadResult
from fie_evaluator.runner import Confines, run_candidate
from fie_evaluator.solution import solution_of
from fie_evaluator.timing import spread_of_median
from fie_evaluator.track import Settings
from fie_evaluator.verdicts import Rejected, check_source, plausible, refuse_cached


def judge(bench: Bench, order: Judge, report: Report, started: Callable[[int], None]) -> Evaluation:
    """Return the verdict on one candidate; EvaluatorError if the judge itself failed."""
    begun = time.monotonic()
    trial = Trial(bench=bench, order=order, report=report)
    try:
        trial.run(started)
    except Rejected as rejected:
        trial.reject(rejected)
    return replace(trial.evaluation(), seconds=time.monotonic() - begun)


@dataclass(slots=True, kw_only=True)
class Trial:
    """One candidate's way through the stages."""

    bench: Bench
    order: Judge
    report: Report
    results: dict[int, WorkloadResult] = field(default_factory=dict)
    profile: Profile | None = None
    status: Status = Status.PASSED
    error: str = ""
    log: str = ""
    stage: str = "policy"
    where: int | None = None
    deadline: float = 0.0
    runner: Child | None = None
    directory: Path = Path()

    @property
    def settings(self) -> Settings:
        """How this candidate is checked and timed."""
        track = self.bench.track
        return track.search if self.order.mode == "search" else track.official

    def run(self, started: Callable[[int], None]) -> None:
        """Go through all stages; Rejected ends the way."""
        self._enter("policy")
        definition = self.bench.problem.definition
        check_source(self.order.source, (*definition.inputs, *definition.outputs))
        self.deadline = time.monotonic() + self.settings.timeout_s
        with self._candidate() as pid:
            started(pid)
            self._enter("build")
            self._ask(Build())
            self._check_correctness()
            self._time()
            if self.order.profile:
                self._dissect()

    def reject(self, rejected: Rejected) -> None:
        """Record why the candidate failed."""
        self.status = rejected.status
        place = rejected.workload
        label = "" if place is None else f"{self.bench.problem.label(place)}: "
        self.error = self.error or f"{label}{rejected.error}"
        if place is not None:
            self._record(place, status=rejected.status, error=rejected.error)

    def evaluation(self) -> Evaluation:
        """Return what was found so far."""
        return Evaluation(
            status=self.status,
            results=tuple(self.results[index] for index in sorted(self.results)),
            profile=self.profile,
            device=self.bench.track.device_label,
            timing=self.bench.track.timing,
            environment=self.bench.environment,
            error=self.error,
            log=self.log,
        )

    @contextmanager
    def _candidate(self) -> Iterator[int]:
        """Fork the candidate's process; whatever it left behind is gone afterwards."""
        bench = self.bench
        self.directory = Path(tempfile.mkdtemp(prefix="candidate-", dir=Path.cwd()))
        solution = solution_of(bench.track, self.order.source, self.order.candidate, "fie-tui")
        output_bytes = max(map(bench.problem.output_bytes, range(len(bench.problem.workloads))))

        def enter() -> None:
            limit_resources(
                memory_bytes=bench.memory_bytes,
                file_bytes=output_bytes * 2 + (64 << 20),
            )
            bench.confinement.enter(self.directory)

        confines = Confines(directory=self.directory, enter=enter)
        self.runner = fork_child(
            lambda channel: run_candidate(
                channel, bench.problem, bench.track, bench.inputs, solution, confines
            ),
            self.directory,
            captured=True,
        )
        try:
            yield self.runner.pid
        finally:
            self.runner.bury()
            kill_descendants(spared=frozenset({bench.checker.pid}))
            self.log = self.runner.log_text
            shutil.rmtree(self.directory, ignore_errors=True)

    def _check_correctness(self) -> None:
        order = self.bench.problem.smallest_first
        self._enter("correctness", 0, len(order))
        first: Rejected | None = None
        for done, workload in enumerate(order, start=1):
            try:
                self._check_workload(workload)
            except Rejected as rejected:
                dead = self.runner is None or self.runner.buried
                if self.order.mode == "search" or dead or rejected.workload is None:
                    raise
                # An official judging says what is wrong on each workload.
                self.reject(rejected)
                first = first or rejected
            self._enter("correctness", done, len(order))
        if first is not None:
            raise first

    def _check_workload(self, workload: int) -> None:
        ratios = []
        for seed in range(self.settings.trials):
            outputs = str(self.directory / "called")
            self.where = workload
            self._ask(Call(workload=workload, seed=seed, outputs=outputs))
            verdict = self._verdict(Check(workload=workload, seed=seed, outputs=outputs))
            ratios.append(verdict.matched_ratio or 0.0)
            if verdict.status is not Status.PASSED:
                raise Rejected(verdict.status, verdict.error, workload)
        self._record(workload, status=Status.PASSED, matched_ratio=min(ratios))

    def _time(self) -> None:
        self._enter("timing")
        timed = self._ask(Time(mode=self.order.mode, directory=str(self.directory)))
        workloads = range(len(self.bench.problem.workloads))
        if not isinstance(timed, Timed) or not plausible(timed, len(workloads)):
            raise Rejected(Status.REFUSED, "what its process reports cannot have been measured")
        for workload in workloads:
            self._check_timed(workload)
            refuse_cached(workload, timed)
            samples = timed.samples_ms[workload]
            self._record(
                workload,
                samples_ms=samples,
                median_ms=median(samples),
                spread_ms=spread_of_median(samples),
                reference_ms=self.bench.reference_ms[workload],
            )

    def _check_timed(self, workload: int) -> None:
        timed = str(self.directory / f"timed-{workload}")
        changed = str(self.directory / f"changed-{workload}")
        last = self.settings.trials - 1
        verdict = self._verdict(Check(workload=workload, seed=last, outputs=timed))
        if verdict.status is not Status.PASSED:
            error = f"right when checked, wrong when timed: {verdict.error}"
            raise Rejected(verdict.status, error, workload)
        again = Check(workload=workload, seed=CHANGED_SEED, outputs=changed, stale_seed=last)
        verdict = self._verdict(again)
        if verdict.stale:
            error = "it gave the previous inputs' result for new inputs: results are cached"
            raise Rejected(Status.REFUSED, error, workload)
        if verdict.status is not Status.PASSED:
            error = f"wrong after its inputs changed in place: {verdict.error}"
            raise Rejected(verdict.status, error, workload)

    def _dissect(self) -> None:
        """Profile the workload that gains least; a failure here costs the profile only."""
        self._enter("profile")
        if self.bench.track.device != "cpu":
            return
        worst = min(self.results, key=lambda index: self.results[index].speedup or 0.0)
        try:
            answer = self._ask(Dissect(workload=worst))
        except Rejected:
            return
        if isinstance(answer, Dissected):
            self.profile = profile_of(answer.operators, self.bench.problem.label(worst))

    def _ask(self, request: object) -> Any:
        """Return the candidate's answer; whatever else it does is a verdict on it."""
        assert self.runner is not None
        try:
            answer = self.runner.ask(request, FromRunner, self.deadline, self.bench.interrupts)
            while isinstance(answer, Advanced):
                self._enter(self.stage, answer.done, answer.total)
                answer = self.runner.answer(FromRunner, self.deadline, self.bench.interrupts)
        except ChildDied as death:
            error = f"its process {death} during {self.stage}"
            raise Rejected(Status.CRASHED, error, self.where) from death
        except ChildLate as late:
            error = f"not finished within {self.settings.timeout_s:g} s (during {self.stage})"
            self.runner.bury()
            raise Rejected(Status.TIMEOUT, error, self.where) from late
        if isinstance(answer, Failed):
            raise Rejected(answer.status, answer.error, known(answer.workload, self.bench.problem))
        return answer

    def _verdict(self, check: Check) -> Verdict:
        verdict: Verdict = ask_checker(self.bench, check, self.report, Verdict)
        return verdict

    def _enter(self, stage: str, done: int = 0, total: int = 0) -> None:
        if stage != self.stage:
            self.where = None
        self.stage = stage
        self.report(Advanced(stage=stage, done=done, total=total))

    def _record(self, workload: int, **found: Any) -> None:
        known_result = self.results.get(workload) or WorkloadResult(
            workload=self.bench.problem.workloads[workload].uuid,
            label=self.bench.problem.label(workload),
            status=Status.PASSED,
        )
        self.results[workload] = replace(known_result, **found)


def known(workload: int | None, problem: Problem) -> int | None:
    """Return the workload's index if it is one; a candidate may claim anything."""
    return workload if workload in range(len(problem.workloads)) else None
