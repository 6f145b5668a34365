"""The warm process: it has imported what judging needs, and forks a child per candidate.

Started as `python -m fie_evaluator.child.zygote DESCRIPTOR PARENT`. It never initialises
CUDA and never computes with torch: both would poison its children.
"""

import contextlib
import ctypes
import gc
import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from fie_evaluator.child.channel import Channel, ChannelClosed
from fie_evaluator.child.messages import (
    Abandoned,
    Advanced,
    Broken,
    Cancel,
    Judge,
    Judged,
    Prepare,
    Prepared,
    Started,
    ToZygote,
)
from fie_evaluator.child.processes import adopt_orphans, die_with_parent, kill_descendants
from fie_evaluator.errors import FieError

NVML_SUCCESS = 0


class Cancelled(Exception):
    """The engine no longer wants the candidate that is being judged."""


class EngineGone(Exception):
    """Nobody is left to answer to."""


class Orders:
    """The engine's end of the line, while a candidate is being judged."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.ticket = -1

    def fileno(self) -> int:
        """The descriptor that becomes readable."""
        return self._channel.fileno()

    def check(self) -> None:
        """Raise Cancelled if the current candidate is cancelled; ignore late cancels."""
        self._channel.fill()
        while (order := self._channel.take(ToZygote)) is not None:
            if isinstance(order, Cancel) and order.ticket == self.ticket:
                raise Cancelled


class Zygote:
    """Serves one engine: prepares a track once, then judges candidates one at a time."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._orders = Orders(channel)
        self._bench: Any = None
        self._noise: Any = None
        "Looks at the GPU's noise; None on the CPU."

    def serve(self) -> None:
        """Carry out orders until the engine hangs up."""
        while True:
            order: ToZygote = self._channel.receive(ToZygote)
            try:
                match order:
                    case Prepare():
                        self._prepare(order)
                        self._channel.send(Prepared())
                    case Judge():
                        self._orders.ticket = order.ticket
                        self._channel.send(self._judge(order))
                    case Cancel():
                        continue
            except Cancelled:
                kill_descendants(spared=frozenset({self._bench.checker.pid}))
                self._channel.send(Abandoned())
            except (FieError, OSError) as error:
                self._channel.send(Broken(error=str(error)))

    def _prepare(self, order: Prepare) -> None:
        from fie_evaluator.bench_setup import set_up_bench
        from fie_evaluator.dataset.cache import open_cache
        from fie_evaluator.dataset.problem import load_problem
        from fie_evaluator.timing.noise_floor import noise_floor_of

        track = order.track
        problem = load_problem(track)
        cache = open_cache(Path(order.cache_dir), problem, track.device, track.device_label)
        bench = self._bench = set_up_bench(order, self._orders, problem, cache)
        gc.collect()
        gc.freeze()
        bench.measure_reference(self._report)
        if track.device != "cpu":
            self._noise = noise_floor_of(bench, cache)
            bench.noise_floor = self._noise.begun()

    def _judge(self, order: Judge) -> Judged:
        from fie_evaluator.stages.trial import judge

        if self._noise is not None:
            self._bench.noise_floor = self._noise.before_judging() or self._bench.noise_floor
        evaluation = judge(
            self._bench, order, self._report, lambda pid: self._channel.send(Started(pid=pid))
        )
        return Judged(evaluation=evaluation)

    def _report(self, advanced: Advanced) -> None:
        self._channel.send(advanced)


def main(descriptor: int, parent: int) -> None:
    """Serve the engine at the other end of `descriptor`, and die with it."""
    die_with_parent(parent, signal.SIGTERM)
    adopt_orphans()
    channel = Channel(socket.socket(fileno=descriptor))
    _preload()
    signal.signal(signal.SIGTERM, _stop)
    home = Path.cwd()
    try:
        Zygote(channel).serve()
    except (ChannelClosed, EngineGone):
        kill_descendants()
        # After a fault of its own it stays: the engine reads the log that lies there.
        _forget(home)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        kill_descendants()


def _preload() -> None:
    """Import everything that a child will use, so that no child pays for it."""
    from flashinfer_bench.compile import BuilderRegistry

    import fie_evaluator.bench_setup
    import fie_evaluator.stages.trial  # noqa: F401

    if "TRITON_INTERPRET" not in os.environ:
        from fie_evaluator.child.warm_triton import warm_compiler

        warm_compiler()
    BuilderRegistry.get_instance()
    _close_nvml()


def _close_nvml() -> None:
    """End NVML, which PyTorch left open: a child's copy of it would find no device."""
    with contextlib.suppress(OSError):
        nvml = ctypes.CDLL("libnvidia-ml.so.1")
        while nvml.nvmlShutdown() == NVML_SUCCESS:
            pass


def _stop(number: int, frame: FrameType | None) -> None:
    raise EngineGone


def _forget(home: Path) -> None:
    """Remove the folder that the engine made for this process."""
    import shutil

    shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
