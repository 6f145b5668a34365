"""Reads the judges' GPUs about once a second, for as long as somebody asks."""

import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fie_evaluator.pool.gpus import Gpu
from fie_evaluator.timing.reading import Reading
from fie_evaluator.timing.telemetry import (
    CORE_TEMPERATURE,
    MEMORY_CLOCK,
    SM_CLOCK,
    Census,
    NvmlSensor,
    is_stranger,
    own_family,
    throttle_words,
)

LOOK_S = 1.0
LOOKS_PER_CENSUS = 5
"Looking for other processes costs more than reading figures."
LONGEST_TROUBLE = 200

FIGURES: Mapping[str, Callable[[Any, Any], Any]] = {
    "utilisation_pct": lambda nvml, gpu: int(nvml.nvmlDeviceGetUtilizationRates(gpu).gpu),
    "memory_used_mb": lambda nvml, gpu: int(nvml.nvmlDeviceGetMemoryInfo(gpu).used) >> 20,
    "memory_total_mb": lambda nvml, gpu: int(nvml.nvmlDeviceGetMemoryInfo(gpu).total) >> 20,
    "sm_clock_mhz": lambda nvml, gpu: int(nvml.nvmlDeviceGetClockInfo(gpu, SM_CLOCK)),
    "sm_clock_most_mhz": lambda nvml, gpu: int(nvml.nvmlDeviceGetMaxClockInfo(gpu, SM_CLOCK)),
    "memory_clock_mhz": lambda nvml, gpu: int(nvml.nvmlDeviceGetClockInfo(gpu, MEMORY_CLOCK)),
    "memory_clock_most_mhz": lambda nvml, gpu: int(
        nvml.nvmlDeviceGetMaxClockInfo(gpu, MEMORY_CLOCK)
    ),
    "temperature_c": lambda nvml, gpu: int(nvml.nvmlDeviceGetTemperature(gpu, CORE_TEMPERATURE)),
    "power_w": lambda nvml, gpu: nvml.nvmlDeviceGetPowerUsage(gpu) / 1000,
    "power_limit_w": lambda nvml, gpu: nvml.nvmlDeviceGetEnforcedPowerLimit(gpu) / 1000,
    "throttled": lambda nvml, gpu: throttle_words(
        int(nvml.nvmlDeviceGetCurrentClocksThrottleReasons(gpu))
    ),
}
"How each of a reading's figures is asked for; any of them may be missing on a GPU."


class Meter:
    """One GPU and its handle, opened once."""

    def __init__(self, nvml: Any, gpu: Gpu, clock: Callable[[], float] = time.time) -> None:
        self._nvml = nvml
        self._gpu = gpu
        self._clock = clock
        self._host = socket.gethostname()
        self._census = Census(family=own_family, is_stranger=is_stranger)
        self._strangers: int | None = None
        self._looks = 0
        self._trouble = ""
        try:
            self._handle = nvml.nvmlDeviceGetHandleByUUID(gpu.uuid)
            self._sensor = NvmlSensor(nvml, gpu.uuid)
        except nvml.NVMLError as error:
            self._trouble = trouble_told(error)

    def read(self) -> Reading:
        """Return what the driver says now."""
        told: dict[str, Any] = {} if self._trouble else self._told()
        return Reading(
            at=self._clock(),
            host=self._host,
            index=self._gpu.index,
            uuid=self._gpu.uuid,
            name=self._gpu.name,
            **told or {"trouble": self._trouble},
        )

    def _told(self) -> dict[str, Any]:
        """Return the figures that the driver gives; where it gives none, why."""
        told: dict[str, Any] = {}
        refusal = ""
        for name, ask in FIGURES.items():
            try:
                told[name] = ask(self._nvml, self._handle)
            except self._nvml.NVMLError as error:
                refusal = refusal or trouble_told(error)
        if not told:
            return {"trouble": refusal}
        return {**told, "other_processes": self._counted()}

    def _counted(self) -> int | None:
        if self._looks % LOOKS_PER_CENSUS == 0:
            reported = self._sensor.processes()
            self._strangers = None if reported is None else self._census.look(reported)
        self._looks += 1
        return self._strangers


class Gauge:
    """The newest reading of each GPU.

    A thread of its own looks, since a driver that has lost its GPU may never answer, and
    only after somebody asked, so that a search that rests reads nothing.
    """

    def __init__(self, meters: Sequence[Meter], look_s: float = LOOK_S) -> None:
        self._meters = tuple(meters)
        self._look_s = look_s
        self._newest: tuple[Reading, ...] = ()
        self._asked = threading.Event()
        self._stopped = threading.Event()
        threading.Thread(target=self._run, name="gauge", daemon=True).start()

    def readings(self) -> tuple[Reading, ...]:
        """Return the newest readings at once, and have them renewed."""
        self._asked.set()
        return self._newest

    def stop(self) -> None:
        """Look no more; a look that is under way is waited for by nobody."""
        self._stopped.set()
        self._asked.set()

    def _run(self) -> None:
        while self._asked.wait() and not self._stopped.is_set():
            self._asked.clear()
            self._newest = tuple(meter.read() for meter in self._meters)
            self._stopped.wait(self._look_s)


def gauge_of(nvml: Any | None, gpus: Sequence[Gpu]) -> Gauge | None:
    """Return what reads those GPUs; None where there is none, or no NVML."""
    if nvml is None or not gpus:
        return None
    return Gauge([Meter(nvml, gpu) for gpu in gpus])


def trouble_told(error: Exception) -> str:
    """Return a driver's refusal as one sentence."""
    words = " ".join(str(error).split()) or type(error).__name__
    return f"NVML reads nothing: {words[:LONGEST_TROUBLE]}"
