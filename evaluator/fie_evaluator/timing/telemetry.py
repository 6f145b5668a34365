"""Watches one GPU through NVML while a candidate is timed on it."""

import os
import statistics
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from fie_evaluator.child.processes import descendants
from fie_evaluator.results import Conditions

INTERVAL_S = 0.05
SAMPLES_PER_CENSUS = 20
"Looking for other processes costs more than reading a clock, so it is done each second."

SM_CLOCK, MEMORY_CLOCK, CORE_TEMPERATURE = 1, 2, 0
"NVML's own numbers."
THROTTLE_REASONS = {
    0x002: "application clocks",
    0x004: "power cap",
    0x008: "hardware slowdown",
    0x010: "sync boost",
    0x020: "software thermal limit",
    0x040: "hardware thermal limit",
    0x080: "power brake",
    0x100: "display clocks",
}
"NVML's bits; the lowest one only says that the GPU is idle."
JUDGE = b"fie_evaluator.child.zygote"
"What every judge's command line holds: all of them wait for the same lease."
STOP_PATIENCE_S = 1.0
"A driver that has lost its GPU may never answer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One look at the GPU."""

    sm_clock_mhz: int
    memory_clock_mhz: int
    power_w: float
    temperature_c: int
    reasons: int
    "NVML's bits."
    utilisation_pct: int | None = None
    memory_used_mb: int | None = None
    memory_total_mb: int = 0


class Sensor(Protocol):
    """Reads one GPU."""

    def read(self) -> Sample | None:
        """Return what the driver says now; None where it doesn't tell."""

    def processes(self) -> frozenset[int] | None:
        """Return the processes that compute on it; None where the driver doesn't tell."""


class NvmlSensor:
    """One GPU as NVML tells it."""

    def __init__(self, nvml: Any, uuid: str) -> None:
        self._nvml = nvml
        self._handle = nvml.nvmlDeviceGetHandleByUUID(uuid)

    def read(self) -> Sample | None:
        """Return what the driver says now; None where it lacks one of the figures."""
        nvml, handle = self._nvml, self._handle
        try:
            return Sample(
                sm_clock_mhz=int(nvml.nvmlDeviceGetClockInfo(handle, SM_CLOCK)),
                memory_clock_mhz=int(nvml.nvmlDeviceGetClockInfo(handle, MEMORY_CLOCK)),
                power_w=nvml.nvmlDeviceGetPowerUsage(handle) / 1000,
                temperature_c=int(nvml.nvmlDeviceGetTemperature(handle, CORE_TEMPERATURE)),
                reasons=int(nvml.nvmlDeviceGetCurrentClocksThrottleReasons(handle)),
                **self._usage(),
            )
        except nvml.NVMLError:
            return None

    def _usage(self) -> dict[str, int]:
        """Return how busy and how full the GPU is; nothing where the driver doesn't tell.

        A part of a divided GPU has no utilisation of its own.
        """
        nvml, handle = self._nvml, self._handle
        try:
            memory = nvml.nvmlDeviceGetMemoryInfo(handle)
            used = {
                "memory_used_mb": int(memory.used) >> 20,
                "memory_total_mb": int(memory.total) >> 20,
            }
        except nvml.NVMLError:
            used = {}
        try:
            busy = int(nvml.nvmlDeviceGetUtilizationRates(handle).gpu)
        except nvml.NVMLError:
            return used
        return {**used, "utilisation_pct": busy}

    def processes(self) -> frozenset[int] | None:
        """Return the processes that compute on it; None where the driver doesn't tell."""
        try:
            running = self._nvml.nvmlDeviceGetComputeRunningProcesses(self._handle)
        except self._nvml.NVMLError:
            return None
        return frozenset(int(each.pid) for each in running)


@dataclass(slots=True, kw_only=True)
class Census:
    """Counts the processes on a GPU that belong to nobody's judge."""

    family: Callable[[], Iterable[int]]
    "Lists this judge's own processes."
    is_stranger: Callable[[int], bool]
    "Whether a process that isn't ours is there at all, and no judge."
    _ours: set[int] = field(default_factory=set)
    _met_ours: bool = False
    _most: int = 0

    def look(self, reported: frozenset[int]) -> int | None:
        """Take in what the driver reports; return how many strangers are there now."""
        unknown = reported - self._ours
        if unknown:
            self._ours.update(self.family())
        self._met_ours = self._met_ours or not self._ours.isdisjoint(reported)
        strangers = [pid for pid in reported - self._ours if self.is_stranger(pid)]
        self._most = max(self._most, len(strangers))
        return len(strangers) if self._met_ours else None

    @property
    def strangers(self) -> int | None:
        """The most that were there at once; None where the driver's ids mean nothing here.

        In a container they may be the host's. The judge itself computes on the GPU, so
        if none of its own processes was ever reported, the others can't be told either.
        """
        return self._most if self._met_ours else None


class Watch:
    """Samples a GPU from a thread of its own, only while something is timed."""

    def __init__(self, sensor: Sensor, census: Census, interval_s: float = INTERVAL_S) -> None:
        self._sensor = sensor
        self._census = census
        self._interval_s = interval_s
        self._samples: list[Sample] = []
        self._timing = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)
        self._thread.start()

    def enter(self, stage: str) -> None:
        """Sample from now on, or pause, by the stage that the judging has reached."""
        if stage == "timing":
            self._timing.set()
        else:
            self._timing.clear()

    def stop(self) -> Conditions | None:
        """End the sampling at once and sum it up."""
        self._stopped.set()
        self._timing.set()
        self._thread.join(STOP_PATIENCE_S)
        return summed_up(tuple(self._samples), self._census.strangers)

    def _run(self) -> None:
        looks = 0
        while True:
            self._timing.wait()
            if self._stopped.is_set():
                return
            sample = self._sensor.read()
            if sample is not None:
                self._samples.append(sample)
            if looks % SAMPLES_PER_CENSUS == 0:
                reported = self._sensor.processes()
                if reported is not None:
                    self._census.look(reported)
            looks += 1
            self._stopped.wait(self._interval_s)


def watch_gpu(nvml: Any | None, uuid: str) -> Watch | None:
    """Start watching a GPU; None where NVML is absent or doesn't know it."""
    if nvml is None:
        return None
    try:
        sensor = NvmlSensor(nvml, uuid)
    except nvml.NVMLError:
        return None
    return Watch(sensor, Census(family=own_family, is_stranger=is_stranger))


def count_strangers(nvml: Any | None, uuid: str) -> int:
    """Return how many processes of others compute on a GPU now, as far as the driver tells."""
    if nvml is None:
        return 0
    try:
        reported = NvmlSensor(nvml, uuid).processes() or frozenset()
    except nvml.NVMLError:
        return 0
    return sum(map(is_stranger, reported.difference(own_family())))


def summed_up(samples: Sequence[Sample], strangers: int | None) -> Conditions | None:
    """Return the conditions that samples show; None without any."""
    if not samples:
        return None
    clocks = [sample.sm_clock_mhz for sample in samples]
    busy = [one.utilisation_pct for one in samples if one.utilisation_pct is not None]
    used = [one.memory_used_mb for one in samples if one.memory_used_mb is not None]
    seen = 0
    for sample in samples:
        seen |= sample.reasons
    return Conditions(
        sm_clock_mhz=(min(clocks), int(statistics.median(clocks)), max(clocks)),
        memory_clock_mhz=int(statistics.median(sample.memory_clock_mhz for sample in samples)),
        power_w=statistics.median(sample.power_w for sample in samples),
        temperature_c=max(sample.temperature_c for sample in samples),
        throttled=throttle_words(seen),
        other_processes=strangers,
        utilisation_pct=int(statistics.median(busy)) if busy else None,
        memory_used_mb=max(used, default=None),
        memory_total_mb=samples[-1].memory_total_mb,
    )


def throttle_words(reasons: int) -> tuple[str, ...]:
    """Return what holds the clocks down, by NVML's bits."""
    return tuple(words for bit, words in THROTTLE_REASONS.items() if reasons & bit)


def own_family() -> Iterable[int]:
    """List this process and its descendants."""
    return (os.getpid(), *descendants(os.getpid()))


def is_stranger(pid: int) -> bool:
    """Whether a process exists here and is no judge; another judge's is idle without the lease."""
    try:
        command = Path("/proc", str(pid), "cmdline").read_bytes()
    except OSError:
        return False
    # A process that has ended and waits to be reaped has none.
    return bool(command) and JUDGE not in command
