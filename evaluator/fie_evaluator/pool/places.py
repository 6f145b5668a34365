"""An evaluator made of places, each served by a thread of its own."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Protocol

from fie_evaluator.base import OnProgress, ignore_progress
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import EvalJob
from fie_evaluator.pool.gauge import Gauge
from fie_evaluator.pool.jobs import JobQueue, QueuedJob
from fie_evaluator.pool.landing import Landings
from fie_evaluator.results import Evaluation
from fie_evaluator.timing.reading import Reading


class Place(Protocol):
    """Judges one job at a time.

    `serve` is called once, in a thread that outlives whatever it starts; `cancel` and
    `close` come from any thread. A place that is lost may leave its job to the others.
    """

    def serve(self, queue: JobQueue) -> None:
        """Judge what the queue holds until it is closed, then let go of everything."""

    def cancel(self, ticket: int) -> None:
        """Kill the candidate of that ticket, if it is the one being judged here."""

    def close(self) -> None:
        """Kill what runs, so that `serve` returns within a second."""


class Pool:
    """An Evaluator; a subclass says what its places are."""

    def __init__(
        self,
        make_places: Callable[[Landings], Sequence[Place]],
        notes: tuple[str, ...] = (),
        gauge: Gauge | None = None,
    ) -> None:
        self.notes = notes
        "What the user should know of how it judges, one sentence each."
        self._gauge = gauge
        self._landings = Landings(self._on_cancelled)
        self._places = tuple(make_places(self._landings))
        self._queue = JobQueue(len(self._places))
        self._threads = [
            # A thread per place: the kernel kills a worker when the thread that started it ends.
            threading.Thread(target=place.serve, args=(self._queue,), name="judge", daemon=True)
            for place in self._places
        ]
        for thread in self._threads:
            thread.start()

    @property
    def slots(self) -> int:
        """How many evaluations may run at once."""
        return self._queue.servers

    def submit(self, job: EvalJob, on_progress: OnProgress = ignore_progress) -> Future[Evaluation]:
        """Queue a job; it starts when a place is free."""
        ticket, future = self._landings.open()
        try:
            self._queue.put(QueuedJob(ticket=ticket, job=job, on_progress=on_progress))
        except EvaluatorError:
            future.cancel()
            raise
        return future

    def readings(self) -> tuple[Reading, ...]:
        """Return at once what the GPUs said last, and have them read again; none on the CPU."""
        return self._gauge.readings() if self._gauge else ()

    def close(self) -> None:
        """Cancel what has not landed and kill every process."""
        if self._gauge:
            self._gauge.stop()
        self._queue.close()
        self._landings.cancel_all()
        closers = [threading.Thread(target=place.close) for place in self._places]
        for closer in closers:
            closer.start()
        for thread in (*closers, *self._threads):
            thread.join()

    def _on_cancelled(self, ticket: int) -> None:
        self._queue.forget(ticket)
        for place in self._places:
            place.cancel(ticket)
