"""How long a call takes: clocks, rounds, medians and their spread."""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Protocol

import numpy as np
import torch
from flashinfer_bench.bench.timing import do_bench

from fie_evaluator.inputs import clone
from fie_evaluator.job import Mode
from fie_evaluator.track import Settings, Track

SEARCH_BUDGET_S = 0.2
"Per workload and trial in search mode, copying of inputs included."
FEWEST_CALLS = 3
ROUNDS = 5
"A search's timed calls are spread over so many rounds, each visiting every workload."
RESAMPLES = 200

# Taken before any candidate is imported: patching the time module changes nothing here.
wall_ns = time.perf_counter_ns
processor_ns = time.process_time_ns

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


class ProcessorTime:
    """The CPU's clock: processor time of all threads, for calls that return when done.

    Leaves out what other processes took, which on a busy machine is most of what
    the wall clock shows.
    """

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
        now = processor_ns
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


def stopwatch_for(track: Track) -> Stopwatch:
    """Return the clock that belongs to a track's device."""
    return ProcessorTime() if track.device == "cpu" else CudaEvents(track.device)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """What is timed in turns: one call on the arguments of several subjects."""

    call: Call
    places: Sequence[int]
    "The subjects' numbers, in the order in which they take turns."
    arguments: Callable[[int, int], list[Any]]
    "A subject's arguments in one trial; they are copied before each call."
    sampled: Callable[[int, list[Any], float], None]
    "Told a subject's last arguments and its median in milliseconds, after its last timed call."


def time_in_rounds(
    subjects: Subjects, stopwatch: Stopwatch, plan: Plan, advance: Advance
) -> dict[int, list[float]]:
    """Return every latency in milliseconds by subject.

    The subjects take turns, so that a drift of the machine hits all alike.
    """
    samples: dict[int, list[float]] = {place: [] for place in subjects.places}
    rounds = 1 if plan.budget_s is None else ROUNDS
    for trial in range(plan.trials):
        shares = {
            place: _shares(subjects, place, trial, stopwatch, plan, samples[place])
            for place in subjects.places
        }
        for index in range(rounds):
            for place in subjects.places:
                warmup, count = shares[place][index]
                if count == 0:
                    continue
                latencies, args = stopwatch.samples(
                    subjects.call, subjects.arguments(place, trial), warmup, count
                )
                samples[place] += latencies
                if trial == plan.trials - 1 and index == rounds - 1:
                    subjects.sampled(place, args, median(samples[place]))
            advance(trial * rounds + index + 1, plan.trials * rounds)
    return samples


def _shares(
    subjects: Subjects,
    place: int,
    trial: int,
    stopwatch: Stopwatch,
    plan: Plan,
    samples: list[float],
) -> list[tuple[int, int]]:
    """Return untimed and timed calls for each round; the last round always has a timed one.

    With a budget, a first call tells how many are affordable; it counts as a
    sample only where calls are so slow that a cold start doesn't show.
    """
    if plan.budget_s is None:
        return [(plan.warmup, plan.iterations)]
    start = wall_ns()
    first, _ = stopwatch.samples(subjects.call, subjects.arguments(place, trial), 0, 1)
    affordable = plan.budget_s / ((wall_ns() - start) / 1e9)
    count = min(plan.iterations, max(FEWEST_CALLS, int(affordable)))
    if affordable < FEWEST_CALLS:
        samples += first
        count -= 1
    counts = [count // ROUNDS + (index < count % ROUNDS) for index in range(ROUNDS)]
    return [(plan.warmup if each > 1 else 0, each) for each in reversed(counts)]


def spread_of_median(samples: Sequence[float]) -> float:
    """Return the half-width of the 95 % bootstrap interval of the median, seeded."""
    values = np.asarray(samples, dtype=np.float64)
    draws = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    medians = np.median(values[draws], axis=1)
    low, high = np.quantile(medians, (0.025, 0.975))
    return float(high - low) / 2
