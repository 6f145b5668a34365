"""What a checkpoint's metrics are worth here: an evaluation, or a reason to judge again."""

import re
from dataclasses import dataclass

from fie_engine.config.tree import Config
from fie_engine.exchange.format import Checkpoint, StoredProgram
from fie_evaluator.dataset.read import WorkloadInfo, read_workloads
from fie_evaluator.project.score import objection, own_score
from fie_evaluator.project.values import number, text
from fie_evaluator.results import Evaluation, Status, WorkloadResult
from fie_evaluator.scoring import ScoreRule, score
from fie_evaluator.track import Track

NOISE = "relative_noise"
"The metric that keeps the half-width of a score's interval."
DIGEST = re.compile(r" [0-9a-f]{8}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why scores can't simply be kept."""

    text: str = ""
    "Empty where they can."
    final: bool = False
    "Whether not even a person may ask for it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What judges the run that continues a checkpoint."""

    track: Track
    rule: ScoreRule
    config: Config

    @property
    def unit(self) -> str:
        """What follows a score."""
        return "" if self.track.project is not None else "x"

    def obstacle(self, checkpoint: Checkpoint) -> Obstacle:
        """Return what speaks against keeping a checkpoint's scores."""
        if self.track.project is not None:
            same = checkpoint.origin is None or checkpoint.origin.definition == (
                self.track.definition
            )
            return Obstacle() if same else Obstacle(text="the evaluator has changed since")
        if any(self._unscored(program) for program in checkpoint.programs):
            return Obstacle(text="its metrics lack the workloads' latencies", final=True)
        made = checkpoint.origin
        here = (self.track.device_label, self.track.timing, self.rule.name)
        if made is None or (made.device, made.timing, made.score_name) != here:
            return Obstacle(text="its scores are of another device or clock, or nobody knows")
        return Obstacle()

    def remembered(self, program: StoredProgram) -> tuple[Evaluation, float, float]:
        """Return a program's evaluation as its metrics tell it, its score and its noise."""
        if self.track.project is not None:
            evaluation = self._of_project(program)
        else:
            evaluation = self._evaluation(program, self._results(program))
        noise = figures(program)[0].get(NOISE, 0.0) if self.track.project is None else 0.0
        return evaluation, score(evaluation, self.rule), noise

    def _of_project(self, program: StoredProgram) -> Evaluation:
        numbers, remarks = figures(program)
        assert self.track.project is not None
        axes = self.track.project.features
        error = objection(numbers, remarks, axes)
        artifacts = {name: text(value) for name, value in program.artifacts}
        return Evaluation(
            status=Status.RUNTIME_ERROR if error else Status.PASSED,
            device=self.track.device_label,
            timing=self.track.timing,
            error=error,
            score=None if error else own_score(numbers, axes),
            metrics=tuple(numbers.items()),
            artifacts=tuple(artifacts.items()),
        )

    def _evaluation(
        self, program: StoredProgram, results: tuple[WorkloadResult, ...]
    ) -> Evaluation:
        return Evaluation(
            status=Status.PASSED if results else Status.RUNTIME_ERROR,
            results=results,
            device=self.track.device_label,
            timing=self.track.timing,
            error="" if results else "it had failed",
            artifacts=tuple((name, text(value)) for name, value in program.artifacts),
        )

    def _results(self, program: StoredProgram) -> tuple[WorkloadResult, ...]:
        numbers, _ = figures(program)
        found = [self._result(workload, numbers) for workload in self._workloads()]
        return tuple(result for result in found if result) if all(found) else ()

    def _result(self, workload: WorkloadInfo, numbers: dict[str, float]) -> WorkloadResult | None:
        name = metric_name(workload.label)
        latency, speedup = numbers.get(f"latency_ms_{name}"), numbers.get(f"speedup_{name}")
        if not latency or not speedup:
            return None
        against = {
            "reference_ms" if self.rule.against == "reference" else "baseline_ms": (
                latency * speedup
            )
        }
        return WorkloadResult(
            workload=workload.uuid,
            label=workload.label,
            status=Status.PASSED,
            median_ms=latency,
            **against,  # type: ignore[arg-type]
        )

    def _workloads(self) -> tuple[WorkloadInfo, ...]:
        return read_workloads(self.track.dataset, self.track.definition)

    def _unscored(self, program: StoredProgram) -> bool:
        numbers, _ = figures(program)
        return bool(numbers.get("combined_score")) and not self._results(program)


def figures(program: StoredProgram) -> tuple[dict[str, float], dict[str, str]]:
    """Return a program's numbers, and what else its metrics say."""
    numbers = {name: number(value) for name, value in program.metrics}
    remarks = {name: text(value) for name, value in program.metrics if numbers[name] is None}
    return {name: value for name, value in numbers.items() if value is not None}, remarks


def metric_name(label: str) -> str:
    """Return a workload's label as it stands in the names of metrics."""
    return re.sub(r"[^A-Za-z0-9]+", "_", label.replace("=", ""))


def definition_of(told: str) -> str:
    """Return a definition without the digest that a project's evaluator adds to it."""
    return DIGEST.sub("", told)
