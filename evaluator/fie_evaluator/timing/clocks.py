"""How long a call takes: one clock per timing flavour, medians and their spread."""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch

from fie_evaluator.timing.spans import gpu_spans, has_cupti
from fie_evaluator.track import HIDDEN_TIMING, SPAN_TIMING

RESAMPLES = 200
FLUSHED_BYTES = 256 << 20
"What the library overwrites before each call, so that no input is left in the cache."
HIDING_CYCLES = 1_000_000
"Of the GPU's clock, about half a millisecond: launches queue up behind it."

# Taken before any candidate is imported: patching the time module changes nothing here.
wall_ns = time.perf_counter_ns
real_ns = time.time_ns
processor_ns = time.process_time_ns

Call = Callable[..., Any]
Fresh = Callable[[], list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """Some timed calls in a row."""

    latencies_ms: list[float]
    late_ms: list[float]
    "How long the device went on working after a call's end was recorded, for each call."
    args: list[Any]
    "The last call's arguments."
    result: Any
    "What the last call returned."


class StreamLeft(Exception):
    """The kernel left another stream current: what it starts there isn't timed."""


class Stopwatch(Protocol):
    """Times calls on fresh arguments; making them is never timed."""

    def sit(self, call: Call, fresh: Fresh, warmup: int, count: int) -> Sitting:
        """Time `count` calls, at least one, after `warmup` others."""

    def once(self, call: Call, args: Sequence[Any]) -> tuple[float, Any]:
        """Return one call's latency in milliseconds on these very arguments, and its result."""


class ProcessorTime:
    """The CPU's clock: processor time of all threads, for calls that return when done.

    Leaves out what other processes took, which on a busy machine is most of what
    the wall clock shows.
    """

    def sit(self, call: Call, fresh: Fresh, warmup: int, count: int) -> Sitting:
        """Time `count` calls, at least one, after `warmup` others."""
        for _ in range(warmup):
            call(*fresh())
        latencies = []
        for _ in range(count):
            args = fresh()
            latency, result = self.once(call, args)
            latencies.append(latency)
        return Sitting(latencies_ms=latencies, late_ms=[], args=args, result=result)

    def once(self, call: Call, args: Sequence[Any]) -> tuple[float, Any]:
        """Return one call's latency in milliseconds on these very arguments, and its result."""
        now = processor_ns
        gc.disable()
        start = now()
        result = call(*args)
        end = now()
        gc.enable()
        return (end - start) / 1e6, result


class CudaEvents:
    """CUDA events around each call on an idle GPU whose cache was flushed.

    Recorded as the library records them, so launch overhead counts; with `hidden`
    behind other work, so that only the GPU's own time counts.
    """

    def __init__(self, device: str, *, hidden: bool = False) -> None:
        """Take the functions now: a candidate can't replace them later."""
        self._device = device
        self._hidden = hidden
        self._event: Any = torch.cuda.Event
        self._synchronize = torch.cuda.synchronize
        self._sleep: Any = torch.cuda._sleep
        self._current: Any = torch.cuda.current_stream
        self._stream = self._current(device)
        self._flushed = torch.empty(FLUSHED_BYTES // 4, dtype=torch.int, device=device)

    def sit(self, call: Call, fresh: Fresh, warmup: int, count: int) -> Sitting:
        """Time `count` calls, at least one, after `warmup` others."""
        for _ in range(warmup):
            self._flushed.zero_()
            call(*fresh())
        self._synchronize(self._device)
        latencies, late = [], []
        gc.disable()
        for _ in range(count):
            self._flushed.zero_()
            args = fresh()
            latency, result, after = self._timed(call, args)
            latencies.append(latency)
            late.append(after)
        gc.enable()
        return Sitting(latencies_ms=latencies, late_ms=late, args=args, result=result)

    def once(self, call: Call, args: Sequence[Any]) -> tuple[float, Any]:
        """Return one call's latency in milliseconds on these very arguments, and its result."""
        latency, result, _ = self._timed(call, args)
        return latency, result

    def _timed(self, call: Call, args: Sequence[Any]) -> tuple[float, Any, float]:
        start: Any = self._event(enable_timing=True)
        end: Any = self._event(enable_timing=True)
        self._synchronize(self._device)
        if self._hidden:
            self._sleep(HIDING_CYCLES)
        start.record(self._stream)
        result = call(*args)
        end.record(self._stream)
        if self._current(self._device) != self._stream:
            raise StreamLeft("the kernel leaves another stream current, on which no clock runs")
        end.synchronize()
        ended = wall_ns()
        # Waits for every stream: what still runs now escaped the two events.
        self._synchronize(self._device)
        idle = wall_ns()
        # What waiting costs when there is nothing to wait for; a busy host makes it long.
        self._synchronize(self._device)
        waited, nothing = idle - ended, wall_ns() - idle
        return start.elapsed_time(end), result, max(0, waited - nothing) / 1e6


class GpuSpans:
    """First kernel start to last kernel end of each call, on any stream, as CUPTI saw them."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._synchronize = torch.cuda.synchronize
        self._flushed = torch.empty(FLUSHED_BYTES // 4, dtype=torch.int, device=device)

    def sit(self, call: Call, fresh: Fresh, warmup: int, count: int) -> Sitting:
        """Time `count` calls, at least one, after `warmup` others."""
        for _ in range(warmup):
            self._flushed.zero_()
            call(*fresh())
        windows: list[tuple[int, int]] = []
        last: dict[str, Any] = {}

        def calls() -> None:
            for _ in range(count):
                self._flushed.zero_()
                last["args"] = fresh()
                windows.append(self._window(call, last))

        latencies = gpu_spans(calls, windows)
        return Sitting(latencies_ms=latencies, late_ms=[], args=last["args"], result=last["result"])

    def once(self, call: Call, args: Sequence[Any]) -> tuple[float, Any]:
        """Return one call's latency in milliseconds on these very arguments, and its result."""
        windows: list[tuple[int, int]] = []
        last: dict[str, Any] = {"args": args}
        latencies = gpu_spans(lambda: windows.append(self._window(call, last)), windows)
        return latencies[0], last["result"]

    def _window(self, call: Call, last: dict[str, Any]) -> tuple[int, int]:
        self._synchronize(self._device)
        start = real_ns()
        last["result"] = call(*last["args"])
        self._synchronize(self._device)
        return start, real_ns()


def stopwatch_for(device: str, timing: str) -> Stopwatch:
    """Return the clock of a timing flavour."""
    if device == "cpu":
        return ProcessorTime()
    if timing == SPAN_TIMING:
        return GpuSpans(device)
    return CudaEvents(device, hidden=timing == HIDDEN_TIMING)


def flavour_here(device: str, timing: str) -> str:
    """Return the flavour that this machine can offer for the one asked for."""
    if timing == SPAN_TIMING and not has_cupti(device):
        return HIDDEN_TIMING
    return timing


def spread_of_median(samples: Sequence[float]) -> float:
    """Return the half-width of the 95 % bootstrap interval of the median, seeded."""
    values = np.asarray(samples, dtype=np.float64)
    draws = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    medians = np.median(values[draws], axis=1)
    low, high = np.quantile(medians, (0.025, 0.975))
    return float(high - low) / 2
