"""A driver's library that a test plays."""

import threading
from types import SimpleNamespace
from typing import Any


class NVMLError(Exception):
    """What the driver's library raises."""


class FakeNvml:
    """A driver with one GPU; what it reads comes from `readings`, over and over."""

    NVMLError = NVMLError

    def __init__(self, pids: tuple[int, ...] = (), *, power: bool = True, busy: int = 97) -> None:
        self._pids = pids
        self._busy = busy
        self._power = power
        self.looks = threading.Semaphore(0)

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> str:  # noqa: N802
        if uuid != "GPU-1":
            raise NVMLError("not found")
        return uuid

    def nvmlDeviceGetClockInfo(self, handle: str, which: int) -> int:  # noqa: N802
        return {1: 1980, 2: 2619}[which]

    def nvmlDeviceGetPowerUsage(self, handle: str) -> int:  # noqa: N802
        if not self._power:
            raise NVMLError("not supported")
        return 412_500

    def nvmlDeviceGetMaxClockInfo(self, handle: str, which: int) -> int:  # noqa: N802
        return {1: 2100, 2: 2700}[which]

    def nvmlDeviceGetEnforcedPowerLimit(self, handle: str) -> int:  # noqa: N802
        if not self._power:
            raise NVMLError("not supported")
        return 700_000

    def nvmlDeviceGetTemperature(self, handle: str, sensor: int) -> int:  # noqa: N802
        return 61

    def nvmlDeviceGetCurrentClocksThrottleReasons(self, handle: str) -> int:  # noqa: N802
        return 0x4

    def nvmlDeviceGetMemoryInfo(self, handle: str) -> Any:  # noqa: N802
        return SimpleNamespace(used=3 << 30, total=80 << 30)

    def nvmlDeviceGetUtilizationRates(self, handle: str) -> Any:  # noqa: N802
        if not self._busy:
            raise NVMLError("not supported")
        return SimpleNamespace(gpu=self._busy)

    def nvmlDeviceGetComputeRunningProcesses(self, handle: str) -> list[Any]:  # noqa: N802
        self.looks.release()
        return [SimpleNamespace(pid=pid) for pid in self._pids]
