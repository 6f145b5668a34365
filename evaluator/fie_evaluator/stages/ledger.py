"""What is known of one candidate so far, workload by workload."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

from fie_evaluator.bench import Bench
from fie_evaluator.results import BuiltKernel, Evaluation, Profile, Status, WorkloadResult
from fie_evaluator.scoring import ScoreRule, mean_speedup
from fie_evaluator.stages.verdicts import Rejected
from fie_evaluator.timing.clocks import spread_of_median


@dataclass(slots=True, kw_only=True)
class Ledger:
    """Results by workload, and what holds for the candidate as a whole."""

    bench: Bench
    results: dict[int, WorkloadResult] = field(default_factory=dict)
    rival: dict[int, WorkloadResult] = field(default_factory=dict)
    build: tuple[BuiltKernel, ...] = ()
    profile: Profile | None = None
    status: Status = Status.PASSED
    error: str = ""
    log: str = ""
    complete: bool = True

    def record(self, place: int, **found: Any) -> None:
        """Add to what is known of a workload."""
        self.results[place] = replace(self.results.get(place) or self._blank(place), **found)

    def record_times(self, place: int, samples: Sequence[float]) -> None:
        """Add the candidate's latencies in milliseconds."""
        self.record(place, **self._figures(place, samples))

    def record_rival(self, place: int, samples: Sequence[float]) -> None:
        """Add the rival's latencies in milliseconds."""
        self.rival[place] = replace(self._blank(place), **self._figures(place, samples))

    def keep_only(self, places: Iterable[int]) -> None:
        """Leave the other workloads out: they weren't timed, and won't be."""
        self.results = {place: self.results[place] for place in places}
        self.complete = False

    def reject(self, rejected: Rejected) -> None:
        """Record why the candidate failed; the first reason stays the candidate's."""
        place = rejected.workload
        label = "" if place is None else f"{self.bench.problem.label(place)}: "
        self.status = self.status if self.error else rejected.status
        self.error = self.error or f"{label}{rejected.error}"
        if place is not None:
            self.record(place, status=rejected.status, error=rejected.error)

    @property
    def estimate(self) -> float:
        """The geometric score of what has been timed, each for the workloads it stands for."""
        timed = [result for result in self.results.values() if result.median_ms is not None]
        return mean_speedup(timed, ScoreRule(), weighted=True)

    @property
    def slowest(self) -> int:
        """The workload that gains least."""
        return min(self.results, key=lambda place: self.results[place].speedup or 0.0)

    def evaluation(self) -> Evaluation:
        """Return what was found so far."""
        yardstick = self.bench.yardstick
        return Evaluation(
            status=self.status,
            results=tuple(self.results[place] for place in sorted(self.results)),
            rival=tuple(self.rival[place] for place in sorted(self.rival)),
            profile=self.profile,
            device=self.bench.track.device_label,
            timing=yardstick.timing,
            environment=self.bench.environment,
            noise_floor=self.bench.noise_floor,
            complete=self.complete,
            build=self.build,
            error=self.error,
            log=self.log,
        )

    def _figures(self, place: int, samples: Sequence[float]) -> dict[str, Any]:
        yardstick = self.bench.yardstick
        floor = yardstick.floors[place]
        return {
            "samples_ms": tuple(samples),
            "median_ms": median(samples),
            "spread_ms": spread_of_median(samples),
            "reference_ms": yardstick.reference_ms[place],
            "floor_ms": floor.floor_ms if floor else None,
            "bound": floor.bound if floor else "",
        }

    def _blank(self, place: int) -> WorkloadResult:
        label = self.bench.problem.label(place)
        baseline = self.bench.track.baseline
        return WorkloadResult(
            workload=self.bench.problem.workloads[place].uuid,
            label=label,
            status=Status.PASSED,
            baseline_ms=None if baseline is None else baseline.of(label),
        )
