"""How long a call takes: clocks, rounds, medians and their spread."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from flashinfer_bench.bench.timing import do_bench

from fie_evaluator.inputs import clone
from fie_evaluator.job import Mode
from fie_evaluator.track import Settings

SEARCH_BUDGET_S = 0.25
"Per workload and trial in search mode, copying of inputs included."
FEWEST_CALLS = 3
ROUNDS = 5
"A search's timed calls are spread over so many rounds, each visiting every workload."
RESAMPLES = 200

# Taken before any candidate is imported: patching the time module changes nothing here.
clock_ns = time.perf_counter_ns

Call = Callable[..., Any]
Advance = Callable[[int, int], None]


class Stopwatch(Protocol):
    """Times calls on fresh copies of their arguments; copying is never timed."""

    def samples(
        self, call: Call, args: Sequence[Any], warmup: int, count: int
    ) -> tuple[list[float], list[Any]]:
        """Return `count` latencies in milliseconds and the last call's arguments."""

    def once(self, call: Call, args: Sequence[Any]) -> float:
        """Return the latency in milliseconds of one call on these very arguments."""


class WallClock:
    """Wall time of calls that return when their work is done: the CPU."""

    def samples(
        self, call: Call, args: Sequence[Any], warmup: int, count: int
    ) -> tuple[list[float], list[Any]]:
        """Return `count` latencies in milliseconds and the last call's arguments."""
        for _ in range(warmup):
            call(*clone(list(args)))
        latencies = []
        for _ in range(count):
            fresh = clone(list(args))
            latencies.append(self.once(call, fresh))
        return latencies, fresh

    def once(self, call: Call, args: Sequence[Any]) -> float:
        """Return the latency in milliseconds of one call on these very arguments."""
        now = clock_ns
        gc.disable()
        start = now()
        call(*args)
        end = now()
        gc.enable()
        return (end - start) / 1e6


class CudaEvents:
    """The library's own timing: CUDA events, a flushed L2 cache before each call."""

    def __init__(self, device: str) -> None:
        self._device = device

    def samples(
        self, call: Call, args: Sequence[Any], warmup: int, count: int
    ) -> tuple[list[float], list[Any]]:
        """Return `count` latencies in milliseconds and the last call's arguments."""
        last: list[Any] = []

        def fresh() -> list[Any]:
            last[:] = clone(list(args))
            return last

        latencies = do_bench(
            fn=lambda given: call(*given),
            warmup=warmup,
            rep=count,
            setup=fresh,
            return_mode="all",
            device=self._device,
        )
        return list(latencies), list(last)

    def once(self, call: Call, args: Sequence[Any]) -> float:
        """Return the latency in milliseconds of one call on these very arguments."""
        start = torch.cuda.Event(enable_timing=True)
        end = torch.cuda.Event(enable_timing=True)
        torch.cuda.synchronize(self._device)
        start.record()
        call(*args)
        end.record()
        torch.cuda.synchronize(self._device)
        return float(start.elapsed_time(end))


def stopwatch_for(device: str) -> Stopwatch:
    """Return the clock that belongs to a device."""
    return WallClock() if device == "cpu" else CudaEvents(device)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many calls are timed, and in which order."""

    warmup: int
    iterations: int
    "Per trial; with a budget, at most."
    trials: int
    budget_s: float | None
    "Per workload and trial; None times exactly `iterations`."


def plan_for(settings: Settings, mode: Mode) -> Plan:
    """Return the plan: an official one is exact, a search's fits a budget."""
    return Plan(
        warmup=settings.warmup,
        iterations=settings.iterations,
        trials=settings.trials,
        budget_s=SEARCH_BUDGET_S if mode == "search" else None,
    )


class Rounds:
    """Times several subjects in turns, so that a drift of the machine hits all alike.

    `arguments(subject, trial)` gives a subject's arguments; `sampled(subject,
    arguments)` is told the last call's, after a subject's last round.
    """

    def __init__(
        self,
        *,
        stopwatch: Stopwatch,
        call: Call,
        subjects: Sequence[int],
        arguments: Callable[[int, int], list[Any]],
        sampled: Callable[[int, list[Any], float], None],
        entered: Callable[[int], None],
    ) -> None:
        self._stopwatch = stopwatch
        self._call = call
        self._subjects = subjects
        self._arguments = arguments
        self._sampled = sampled
        self._entered = entered
        self._samples: dict[int, list[float]] = {subject: [] for subject in subjects}

    def run(self, plan: Plan, advance: Advance) -> dict[int, list[float]]:
        """Return every latency in milliseconds, by subject."""
        rounds = ROUNDS if plan.budget_s is not None else 1
        total = plan.trials * rounds
        for trial in range(plan.trials):
            counts = {subject: [plan.iterations] for subject in self._subjects}
            if plan.budget_s is not None:
                counts = {
                    subject: self._affordable(subject, trial, plan, plan.budget_s)
                    for subject in self._subjects
                }
            for index in range(rounds):
                last = trial == plan.trials - 1 and index == rounds - 1
                self._round(trial, index, counts, plan, last)
                advance(trial * rounds + index + 1, total)
        return self._samples

    def _round(
        self, trial: int, index: int, counts: dict[int, list[int]], plan: Plan, last: bool
    ) -> None:
        for subject in self._subjects:
            count = counts[subject][index] if index < len(counts[subject]) else 0
            if count == 0 and not last:
                continue
            self._entered(subject)
            # A budgeted subject was warmed up while its cost was estimated.
            warmup = plan.warmup if plan.budget_s is None else min(1, count - 1)
            latencies, args = self._stopwatch.samples(
                self._call, self._arguments(subject, trial), max(0, warmup), max(1, count)
            )
            self._samples[subject] += latencies
            if last:
                self._sampled(subject, args, statistics.median(self._samples[subject]))

    def _affordable(self, subject: int, trial: int, plan: Plan, budget_s: float) -> list[int]:
        self._entered(subject)
        args = self._arguments(subject, trial)
        start = clock_ns()
        self._stopwatch.samples(self._call, args, 0, 1)
        cost_s = (clock_ns() - start) / 1e9
        if cost_s * plan.iterations < budget_s:
            self._stopwatch.samples(self._call, args, plan.warmup, 1)
        count = min(plan.iterations, max(FEWEST_CALLS, int(budget_s / cost_s)))
        return [count // ROUNDS + (index < count % ROUNDS) for index in range(ROUNDS)][::-1]


def spread_of_median(samples: Sequence[float]) -> float:
    """Return the half-width of the 95 % bootstrap interval of the median, seeded."""
    values = np.asarray(samples, dtype=np.float64)
    draws = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    medians = np.median(values[draws], axis=1)
    low, high = np.quantile(medians, (0.025, 0.975))
    return float(high - low) / 2
