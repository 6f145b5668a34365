"""What candidates are held against: reference outputs and latencies, limits."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import torch
from flashinfer_bench.bench.evaluators.utils import normalize_result
from flashinfer_bench.compile import BuilderRegistry, Runnable

from fie_evaluator.child.arguments import Arguments
from fie_evaluator.child.messages import Measured
from fie_evaluator.dataset.cache import Cache, load_values, store_json, store_values
from fie_evaluator.dataset.inputs import UNSEEN_SEEDS, USUAL_UNSEEN, InputSets
from fie_evaluator.dataset.problem import Problem
from fie_evaluator.stages.schedule import Plan, Visit, carry_out
from fie_evaluator.timing.ceilings import Ceilings, from_json, measure_ceilings, to_json
from fie_evaluator.timing.clocks import flavour_here, stopwatch_for
from fie_evaluator.timing.floors import Floor, floor_of
from fie_evaluator.track import Track

REFERENCE_BUDGET_S = 1.0
"Per workload, on the CPU, where the reference is timed within a budget."
HELD_BYTES, HELD_BYTES_CUDA = 1 << 30, 3 << 30
"Of answers that stay in memory: room for all that one judging compares with."

Advance = Callable[[int, int], None]


@dataclass(slots=True, kw_only=True)
class Yardstick:
    """One track's reference on one device; everything is measured once and then kept."""

    problem: Problem
    track: Track
    cache: Cache
    inputs: InputSets
    _held: dict[tuple[int, int], list[torch.Tensor]] = field(default_factory=dict)

    def measure(self, advance: Advance) -> Measured:
        """Make what is missing and return the rest from the cache."""
        on_gpu = self.track.device != "cpu"
        timing = flavour_here(self.track.device, self.track.timing)
        with self.cache.lock():
            if on_gpu:
                from fie_evaluator.child.warm_triton import warm_triton_cache

                warm_triton_cache(self.cache.triton, self.track.device)
            self._answer_everything(advance)
            return Measured(
                timing=timing,
                reference_ms=tuple(self._latencies(timing, advance)),
                floors=tuple(self._floors()) if on_gpu else (None,) * len(self._places),
            )

    def answers(self, workload: int, seed: int) -> list[torch.Tensor]:
        """Return the reference's outputs for one input set; the latest stay in memory."""
        key = (workload, seed)
        found = self._held.pop(key, None)
        if found is None:
            found = load_values(self._answered(workload, seed), self.track.device)
        self._held[key] = found
        room = HELD_BYTES if self.track.device == "cpu" else HELD_BYTES_CUDA
        while sum(output.nbytes for kept in self._held.values() for output in kept) > room:
            self._held.pop(next(iter(self._held)))
        return found

    @property
    def _places(self) -> range:
        return range(len(self.problem.workloads))

    def _answer_everything(self, advance: Advance) -> None:
        for workload in self._places:
            for seed in (*range(self.track.search.trials), *UNSEEN_SEEDS[:USUAL_UNSEEN]):
                self.inputs.keep(workload, seed)
                self._answered(workload, seed)
            advance(workload, len(self._places))

    def _answered(self, workload: int, seed: int) -> Path:
        path = self.cache.outputs(workload, seed)
        if not path.exists():
            result = self._reference()(*self.inputs.get(workload, seed))
            outputs = normalize_result(self.problem.definition, result, self.track.device)
            store_values(path, outputs)
        return path

    def _latencies(self, timing: str, advance: Advance) -> Iterator[float]:
        paths = [self.cache.latency(workload, timing) for workload in self._places]
        missing = [workload for workload, path in enumerate(paths) if not path.exists()]
        official = self.track.official
        plan = Plan(
            warmup=official.warmup,
            iterations=official.iterations,
            trials=1,
            budget_s=REFERENCE_BUDGET_S if self.track.device == "cpu" else None,
        )
        for workload, samples in self._time(missing, plan, timing, advance).items():
            store_json(paths[workload], {"timing": timing, "samples_ms": samples})
        for path in paths:
            yield median(json.loads(path.read_text())["samples_ms"])

    def _floors(self) -> Iterator[Floor | None]:
        for workload in self._places:
            path = self.cache.floor(workload)
            if not path.exists():
                floor = self._floor(workload, self._ceilings())
                store_json(path, None if floor is None else asdict(floor))
            found = json.loads(path.read_text())
            yield None if found is None else Floor(**found)

    def _floor(self, workload: int, ceilings: Ceilings | None) -> Floor | None:
        if ceilings is None:
            return None
        axes = self.problem.workloads[workload].axes
        return floor_of(self.problem.definition, axes, self.inputs.get(workload, 0), ceilings)

    def _ceilings(self) -> Ceilings | None:
        path = self.cache.of_device("ceilings")
        if not path.exists():
            measured = measure_ceilings(self.track.device)
            store_json(path, None if measured is None else to_json(measured))
        found = json.loads(path.read_text())
        return None if found is None else from_json(found)

    def _time(
        self, workloads: Sequence[int], plan: Plan, timing: str, advance: Advance
    ) -> dict[int, list[float]]:
        """Return the reference's latencies in milliseconds by workload."""
        reference = self._reference()
        stopwatch = stopwatch_for(self.track.device, timing)
        arguments = Arguments(
            problem=self.problem,
            inputs=self.inputs,
            device=self.track.device,
            with_outputs=False,
        )

        def take(visit: Visit) -> Sequence[float]:
            arguments.take(visit.place, visit.trial)
            sitting = stopwatch.sit(reference, arguments.fresh, visit.warmup, visit.count)
            return sitting.latencies_ms

        return carry_out(plan, workloads, take, advance)

    def _reference(self) -> Runnable:
        built: Any = BuilderRegistry.get_instance().build_reference(self.problem.definition)
        return built
