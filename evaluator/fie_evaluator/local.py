"""Judges candidates on this machine, each in a process of its own."""

import threading
from collections import deque
from concurrent.futures import Future
from pathlib import Path

from fie_evaluator.base import OnProgress, ignore_progress
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import EvalJob
from fie_evaluator.landing import Landings
from fie_evaluator.processes import candidate_memory
from fie_evaluator.results import Evaluation
from fie_evaluator.slot import QueuedJob, Slot
from fie_evaluator.track import Track
from fie_evaluator.worker import Worker


class LocalEvaluator:
    """An Evaluator with one warm worker per slot; workers start at once and restart when lost."""

    def __init__(
        self, track: Track, cache_dir: Path, slots: int = 1, memory_bytes: int | None = None
    ) -> None:
        """Start warming up; `memory_bytes` is what a candidate may add, on the CPU."""
        self._track = track
        self._cache_dir = cache_dir
        limit = candidate_memory(slots) if memory_bytes is None else memory_bytes
        self._memory_bytes = limit if track.device == "cpu" else 0
        self._changed = threading.Condition()
        self._waiting: deque[QueuedJob] = deque()
        self._closed = False
        self._landings = Landings(self._on_cancelled)
        self._places = [Slot(self._start_worker, self._landings) for _ in range(slots)]
        self._threads = [
            # A thread per slot: the kernel kills a worker when the thread that started it ends.
            threading.Thread(target=self._serve, args=(slot,), name="judge", daemon=True)
            for slot in self._places
        ]
        for thread in self._threads:
            thread.start()

    @property
    def slots(self) -> int:
        """How many evaluations may run at once."""
        return len(self._places)

    def submit(self, job: EvalJob, on_progress: OnProgress = ignore_progress) -> Future[Evaluation]:
        """Queue a job; it starts when a worker is free."""
        with self._changed:
            if self._closed:
                raise EvaluatorError("this evaluator is closed")
            ticket, future = self._landings.open()
            self._waiting.append(QueuedJob(ticket=ticket, job=job, on_progress=on_progress))
            self._changed.notify()
        return future

    def close(self) -> None:
        """Cancel what has not landed and kill every process, within a second."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()
        self._landings.cancel_all()
        closers = [threading.Thread(target=slot.close) for slot in self._places]
        for closer in closers:
            closer.start()
        for thread in (*closers, *self._threads):
            thread.join()

    def _on_cancelled(self, ticket: int) -> None:
        with self._changed:
            self._waiting = deque(job for job in self._waiting if job.ticket != ticket)
        for slot in self._places:
            slot.cancel(ticket)

    def _start_worker(self) -> Worker:
        return Worker(self._track, self._cache_dir, self._memory_bytes)

    def _serve(self, slot: Slot) -> None:
        slot.warm_up()
        while (queued := self._next_job()) is not None:
            slot.judge(queued)
        slot.give_up()

    def _next_job(self) -> QueuedJob | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._waiting)
            return None if self._closed else self._waiting.popleft()
