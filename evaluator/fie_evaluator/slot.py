"""One place to judge at: keeps a warm worker, and replaces it when it is lost."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from fie_evaluator.base import OnProgress
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import EvalJob, Progress
from fie_evaluator.landing import Landings
from fie_evaluator.messages import Advanced, Judge
from fie_evaluator.worker import Listener, Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedJob:
    """A job that waits for a slot, with its future's ticket."""

    ticket: int
    job: EvalJob
    on_progress: OnProgress

    def listen(self, advanced: Advanced) -> None:
        """Pass progress on under the candidate's name."""
        progress = Progress(
            candidate=self.job.candidate,
            stage=advanced.stage,
            done=advanced.done,
            total=advanced.total,
        )
        self.on_progress(progress)

    @property
    def order(self) -> Judge:
        """The job as the zygote is told it."""
        return Judge(
            ticket=self.ticket,
            candidate=self.job.candidate,
            source=self.job.source,
            mode=self.job.mode,
            profile=self.job.profile,
        )


class Slot:
    """Judges one job at a time in its owner's thread; `cancel` and `close` come from any."""

    def __init__(self, start_worker: Callable[[], Worker], landings: Landings) -> None:
        self._start_worker = start_worker
        self._landings = landings
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._ticket: int | None = None
        self._closed = False

    def warm_up(self) -> None:
        """Get a worker ready; what goes wrong is told to the next job, which tries again."""
        try:
            self._ready_worker(lambda advanced: None)
        except EvaluatorError:
            self.give_up()

    def judge(self, queued: QueuedJob) -> None:
        """Judge one job and land its future."""
        with self._lock:
            self._ticket = queued.ticket
        if queued.job.fresh:
            self.give_up()
        try:
            self._judge(queued)
        except EvaluatorError as error:
            self.give_up()
            self._landings.fail(queued.ticket, error)
        finally:
            with self._lock:
                self._ticket = None
            if queued.job.fresh:
                self.give_up()

    def cancel(self, ticket: int) -> None:
        """Kill the candidate of that ticket, if it is the one being judged here."""
        with self._lock:
            worker = self._worker if self._ticket == ticket else None
        if worker is not None:
            worker.cancel(ticket)

    def give_up(self) -> None:
        """Kill the worker, from the owner's thread; the next job starts another."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()

    def close(self) -> None:
        """Kill the worker and start no other; the owner's thread still has to give it up."""
        with self._lock:
            self._closed = True
            worker = self._worker
        if worker is not None:
            worker.kill()

    def _judge(self, queued: QueuedJob) -> None:
        worker = self._ready_worker(queued.listen)
        if not self._landings.is_open(queued.ticket):
            return
        evaluation = worker.judge(queued.order, queued.listen)
        if evaluation is not None:
            self._landings.land(queued.ticket, evaluation)

    def _ready_worker(self, listen: Listener) -> Worker:
        with self._lock:
            if self._closed:
                raise EvaluatorError("this evaluator is closed")
            if self._worker is not None:
                return self._worker
            worker = self._worker = self._start_worker()
        worker.prepare(listen)
        return worker
