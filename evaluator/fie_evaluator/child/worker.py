"""The engine's handle on one zygote: started, asked, cancelled, killed."""

import contextlib
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from fie_evaluator.child.channel import Channel, ChannelClosed, pair
from fie_evaluator.child.messages import (
    Abandoned,
    Advanced,
    Broken,
    Cancel,
    FromZygote,
    Judge,
    Judged,
    Prepare,
    Prepared,
    Started,
)
from fie_evaluator.child.processes import descendants, kill, kill_group, scrubbed_environment
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.results import Evaluation
from fie_evaluator.track import Track

SOURCE_ROOT = Path(__file__).resolve().parents[2]
CANCEL_PATIENCE_S = 0.6
"A zygote that hasn't given a candidate up by then is killed with it."
CLOSE_PATIENCE_S = 0.4
SILENCE_LIMIT_S = 900.0
"A zygote reports more often than this, even while it measures a slow reference."

Listener = Callable[[Advanced], None]


class Worker:
    """One zygote. All methods but `cancel` and `kill` belong to one thread.

    That thread must outlive the worker: the kernel kills the zygote when the
    thread that started it ends.
    """

    def __init__(self, track: Track, cache_dir: Path, memory_bytes: int, gpu: str = "") -> None:
        """Start the zygote; `gpu` is the UUID of the only GPU that it may see."""
        self._gpu = gpu
        self._order = Prepare(track=track, cache_dir=str(cache_dir), memory_bytes=memory_bytes)
        self._home = Path(tempfile.mkdtemp(prefix="fie-judge-"))
        self._sending = threading.Lock()
        self._killing = threading.Lock()
        self._ticket: int | None = None
        self._cancelled: tuple[int, float] | None = None
        "A ticket and when its cancelling was asked for."
        self._candidate: int | None = None
        ours, theirs = pair()
        self._channel = Channel(ours)
        self._process = self._start(theirs.fileno())
        theirs.close()

    @property
    def pid(self) -> int:
        """The zygote's process id, which is also its session's."""
        return self._process.pid

    def prepare(self, listen: Listener) -> None:
        """Load the track and measure its reference; EvaluatorError if that fails."""
        self._send(self._order)
        answer = self._answer(listen)
        if not isinstance(answer, Prepared):
            raise self._lost(f"an unexpected answer: {answer}")

    def judge(self, order: Judge, listen: Listener) -> Evaluation | None:
        """Return the verdict, or None if the candidate was cancelled."""
        self._ticket = order.ticket
        self._send(order)
        answer = self._answer(listen)
        self._candidate = None
        match answer:
            case Judged():
                return answer.evaluation
            case Abandoned():
                return None
            case _:
                raise self._lost(f"an unexpected answer: {answer}")

    def cancel(self, ticket: int) -> None:
        """Ask for the candidate's death, from any thread."""
        self._cancelled = (ticket, time.monotonic())
        with contextlib.suppress(ChannelClosed), self._sending:
            self._channel.send(Cancel(ticket=ticket))

    def kill(self) -> None:
        """End the zygote and everything that it started, within half a second."""
        with self._killing:
            family = [self._process.pid, *descendants(self._process.pid)]
            self._channel.shut_down()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(CLOSE_PATIENCE_S)
            self._bury(family)

    def close(self) -> None:
        """Kill the zygote and forget it; only the owner's thread may."""
        self.kill()
        self._channel.close()

    def _start(self, descriptor: int) -> subprocess.Popen[bytes]:
        environment = scrubbed_environment(os.environ, self._order.track.device, self._home)
        if self._gpu:
            environment["CUDA_VISIBLE_DEVICES"] = self._gpu
        given = os.environ.get("PYTHONPATH", "")
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(SOURCE_ROOT), given)))
        with (self._home / "zygote.log").open("wb") as log:
            return subprocess.Popen(
                [
                    *(sys.executable, "-P", "-m", "fie_evaluator.child.zygote"),
                    *(str(descriptor), str(os.getpid())),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._home,
                env=environment,
                pass_fds=(descriptor,),
                start_new_session=True,
            )

    def _send(self, order: object) -> None:
        try:
            with self._sending:
                self._channel.send(order)
        except ChannelClosed as error:
            raise self._lost("it is gone") from error

    def _answer(self, listen: Listener) -> Prepared | Judged | Abandoned:
        while True:
            message = self._next_message()
            match message:
                case Advanced():
                    listen(message)
                case Started(pid=pid):
                    self._candidate = pid
                case Broken(error=error):
                    raise EvaluatorError(error)
                case _:
                    return message

    def _next_message(self) -> FromZygote:
        heard = time.monotonic()
        while True:
            try:
                message: FromZygote | None = self._channel.take(FromZygote)
                if message is not None:
                    return message
                if select.select([self._channel.fileno()], [], [], 0.1)[0]:
                    self._channel.fill()
                    heard = time.monotonic()
            except ChannelClosed as error:
                raise self._lost(f"it died: {error}") from error
            self._lose_patience(time.monotonic(), heard)

    def _lose_patience(self, now: float, heard: float) -> None:
        if self._cancelled is not None and self._cancelled[0] == self._ticket:
            if now - self._cancelled[1] > CANCEL_PATIENCE_S:
                raise self._lost("it did not give up its candidate")
        if now - heard > SILENCE_LIMIT_S:
            raise self._lost(f"it was silent for {SILENCE_LIMIT_S:g} s")

    def _lost(self, how: str) -> EvaluatorError:
        log = self._home / "zygote.log"
        told = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        last = f" ({told[-1][:300]})" if told else ""
        return EvaluatorError(f"the judge's worker process was lost: {how}{last}")

    def _bury(self, family: list[int]) -> None:
        if self._process.poll() is None:
            for pid in family:
                kill(pid)
            self._process.wait()
        # Orphans of a zygote that was killed itself are in their candidate's group.
        if self._candidate is not None:
            kill_group(self._candidate)
        shutil.rmtree(self._home, ignore_errors=True)
