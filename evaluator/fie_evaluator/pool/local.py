"""Judges candidates on this machine, each in a process of its own."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fie_evaluator.child.processes import LARGEST_HOST_MEMORY, candidate_memory
from fie_evaluator.child.worker import Worker
from fie_evaluator.pool.gauge import gauge_of
from fie_evaluator.pool.gpus import Gpu, equal_gpus, find_gpus, left_out, open_nvml, visible
from fie_evaluator.pool.landing import Landings
from fie_evaluator.pool.lease import SHARED_FOLDER, GpuLease, holder_name
from fie_evaluator.pool.places import Pool
from fie_evaluator.pool.slot import Slot
from fie_evaluator.timing.telemetry import watch_gpu
from fie_evaluator.track import Track


class LocalEvaluator(Pool):
    """An Evaluator with one warm worker per GPU; workers start at once, restart when lost.

    On the CPU there is one worker, or as many as are asked for.
    """

    def __init__(
        self,
        track: Track,
        cache_dir: Path,
        slots: int | None = None,
        memory_bytes: int | None = None,
        *,
        gpus: Sequence[Gpu] | None = None,
        run: str = "",
        locks: Path = SHARED_FOLDER,
    ) -> None:
        """Start warming up.

        At most `slots` of the GPUs are used; `gpus` are the visible ones where not given.
        `memory_bytes` is what a candidate may add of the host's. `run` signs the leases.
        """
        self._track = track
        self._cache_dir = cache_dir
        self._locks = locks
        self._holder = holder_name(run)
        if track.device == "cpu":
            count = slots or 1
            self._memory_bytes = candidate_memory(count) if memory_bytes is None else memory_bytes
            super().__init__(lambda landings: [self._cpu_slot(landings) for _ in range(count)])
            return
        seen = visible(find_gpus(), os.environ) if gpus is None else tuple(gpus)
        used = equal_gpus(seen)[:slots]
        share = candidate_memory(len(used) or 1, LARGEST_HOST_MEMORY)
        self._memory_bytes = share if memory_bytes is None else memory_bytes
        nvml = open_nvml()
        super().__init__(
            lambda landings: (
                [self._gpu_slot(landings, gpu, nvml) for gpu in used]
                # A GPU that the driver doesn't list can't be leased, but may well be judged on.
                or [self._cpu_slot(landings)]
            ),
            notes=tuple(filter(None, (left_out(seen), fewer(len(used), slots)))),
            gauge=gauge_of(nvml, used),
        )

    def _cpu_slot(self, landings: Landings) -> Slot:
        return Slot(
            self._track,
            lambda: Worker(self._track, self._cache_dir, self._memory_bytes),
            landings,
        )

    def _gpu_slot(self, landings: Landings, gpu: Gpu, nvml: Any | None) -> Slot:
        track = replace(self._track, device_label=gpu.name)
        return Slot(
            track,
            lambda: Worker(track, self._cache_dir, self._memory_bytes, gpu.uuid),
            landings,
            GpuLease(gpu.uuid, self._holder, self._locks),
            lambda: watch_gpu(nvml, gpu.uuid),
        )


def fewer(used: int, slots: int | None) -> str:
    """Say that fewer evaluations run at once than were asked for; empty where they don't."""
    if slots is None or slots <= used or not used:
        return ""
    return f"{used} evaluations at once, not {slots}: there is one per GPU"
