"""The judge on a Ray node: one local evaluator, asked through short calls."""

import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path

from fie_evaluator.errors import EvaluatorError, FieError, TrackError
from fie_evaluator.job import EvalJob, Progress
from fie_evaluator.pool.freight import Files, Parcel, read_files, unpack_track, writable_home
from fie_evaluator.pool.gpus import Gpu, find_gpus, visible
from fie_evaluator.pool.local import LocalEvaluator
from fie_evaluator.results import Evaluation
from fie_evaluator.timing.reading import Reading
from fie_evaluator.track import Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a judge runs."""

    host: str
    error: str = ""
    "Why nothing can be judged there; empty when all is well."


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What has happened to a job since the last call."""

    progress: tuple[Progress, ...] = ()
    done: bool = False
    evaluation: Evaluation | None = None
    "None while it runs, when it was cancelled, and after an error."
    error: str = ""
    "Why it could not be judged."
    files: Files = ()
    "What the judging left in the candidate's folder."
    readings: tuple[Reading, ...] = ()
    "What the node's GPU says while the job runs."


@dataclass(slots=True, kw_only=True)
class _Task:
    directory: Path
    progress: list[Progress] = field(default_factory=list)
    future: Future[Evaluation] | None = None


class RemoteJudge:
    """Judges one job at a time. Ray calls it from several threads, so that no call waits long."""

    def __init__(self, parcel: Parcel, cache_dir: str, run: str) -> None:
        self._changed = threading.Condition()
        self._tasks: dict[int, _Task] = {}
        self._evaluator: LocalEvaluator | None = None
        self._error = ""
        home = writable_home(Path(cache_dir))
        try:
            track = unpack_track(parcel, home)
            require_gpu(track, visible(find_gpus(), os.environ))
        except (FieError, OSError) as error:
            self._error = str(error)
        else:
            self._evaluator = LocalEvaluator(track, home, slots=1, run=run)

    def describe(self) -> Site:
        """Say where this is, and whether it can judge."""
        return Site(host=socket.gethostname(), error=self._error)

    def start(self, ticket: int, job: EvalJob) -> None:
        """Begin a job; EvaluatorError if this judge can't."""
        if self._evaluator is None:
            raise EvaluatorError(self._error or "this judge is closed")
        task = _Task(directory=Path(tempfile.mkdtemp(prefix="fie-kept-")))
        with self._changed:
            self._tasks[ticket] = task
        here = replace(job, directory=task.directory)
        future = self._evaluator.submit(here, lambda progress: self._advance(task, progress))
        with self._changed:
            task.future = future
        future.add_done_callback(lambda _: self._tell())

    def news(self, ticket: int, seen: int, patience_s: float) -> News:
        """Return what is new after the first `seen` reports, waiting for it a moment."""
        with self._changed:
            task = self._tasks[ticket]
            self._changed.wait_for(lambda: has_news(task, seen), patience_s)
            progress = tuple(task.progress[seen:])
            future = task.future
            if future is None or not future.done():
                return News(progress=progress, readings=self._readings())
            del self._tasks[ticket]
        try:
            return outcome(future, progress, read_files(task.directory))
        finally:
            shutil.rmtree(task.directory, ignore_errors=True)

    def cancel(self, ticket: int) -> None:
        """Kill the candidate of that ticket."""
        with self._changed:
            task = self._tasks.get(ticket)
        if task is not None and task.future is not None:
            task.future.cancel()

    def close(self) -> None:
        """Kill what runs and every process of this judge."""
        evaluator, self._evaluator = self._evaluator, None
        if evaluator is not None:
            evaluator.close()

    def _advance(self, task: _Task, progress: Progress) -> None:
        with self._changed:
            task.progress.append(progress)
            self._changed.notify_all()

    def _readings(self) -> tuple[Reading, ...]:
        evaluator = self._evaluator
        return evaluator.readings() if evaluator else ()

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()


def require_gpu(track: Track, gpus: Sequence[Gpu]) -> None:
    """Raise TrackError where the GPU that Ray gave us is of another model than the track's."""
    if track.device != "cpu" and gpus and gpus[0].name != track.device_label:
        raise TrackError(
            f"The machine {socket.gethostname()} has a {gpus[0].name}, and the track is judged "
            f"on {track.device_label}: latencies on both don't compare."
        )


def has_news(task: _Task, seen: int) -> bool:
    """Whether a task has been reported on, or is over."""
    return len(task.progress) > seen or (task.future is not None and task.future.done())


def outcome(future: Future[Evaluation], progress: tuple[Progress, ...], files: Files) -> News:
    """Return how a finished task ended."""
    if future.cancelled():
        return News(progress=progress, done=True)
    error = future.exception()
    if error is not None:
        return News(progress=progress, done=True, error=str(error))
    return News(progress=progress, done=True, evaluation=future.result(), files=files)
