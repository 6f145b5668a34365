"""One place to judge at: keeps a warm worker, and replaces it when it is lost."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from fie_evaluator.child.messages import Advanced
from fie_evaluator.child.worker import Listener, Worker
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.pool.jobs import JobQueue, QueuedJob
from fie_evaluator.pool.landing import Landings
from fie_evaluator.pool.lease import GpuLease
from fie_evaluator.results import Evaluation, Status
from fie_evaluator.timing.telemetry import Watch
from fie_evaluator.track import Track

log = logging.getLogger(__name__)


def watch_nothing() -> Watch | None:
    """Watch no GPU."""
    return None


class Slot:
    """Judges one job at a time in its owner's thread; `cancel` and `close` come from any."""

    def __init__(
        self,
        track: Track,
        start_worker: Callable[[], Worker],
        landings: Landings,
        lease: GpuLease | None = None,
        watch: Callable[[], Watch | None] = watch_nothing,
    ) -> None:
        self._track = track
        self._start_worker = start_worker
        self._landings = landings
        self._lease = lease
        self._watch = watch
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._prepared = False
        self._ticket: int | None = None
        self._closed = False

    def serve(self, queue: JobQueue) -> None:
        """Judge what the queue holds; a slot that can't get a worker leaves it to the others."""
        self._warm_up()
        while (queued := queue.next()) is not None:
            if not self._serve(queued, queue):
                break
            self._warm_up()
        self._give_up()

    def cancel(self, ticket: int) -> None:
        """Kill the candidate of that ticket, if it is the one being judged here."""
        with self._lock:
            worker = self._worker if self._ticket == ticket else None
        if worker is not None:
            worker.cancel(ticket)

    def close(self) -> None:
        """Kill the worker and start no other; the owner's thread still has to give it up."""
        with self._lock:
            self._closed = True
            worker = self._worker
        if worker is not None:
            worker.kill()

    def _warm_up(self) -> None:
        """Get a worker ready, unless another engine has the GPU.

        What goes wrong is told to the next job, which tries again.
        """
        try:
            self._start()
            if not self._prepared and self._take_lease(lambda: False, lambda words: None):
                self._prepare(lambda advanced: None)
        except EvaluatorError:
            self._give_up()
        finally:
            self._give_lease_back()

    def _serve(self, queued: QueuedJob, queue: JobQueue) -> bool:
        """Judge one job; False once this slot is no place any more."""
        with self._lock:
            self._ticket = queued.ticket
        if queued.job.fresh:
            self._give_up()
        try:
            if self._take_lease(lambda: self._is_wanted(queued.ticket), queued.wait):
                return self._judge(queued, queue)
            return True
        except EvaluatorError as error:
            self._landings.fail(queued.ticket, error)
            return True
        finally:
            with self._lock:
                self._ticket = None
            if queued.job.fresh:
                self._give_up()
            self._give_lease_back()

    def _judge(self, queued: QueuedJob, queue: JobQueue) -> bool:
        try:
            self._prepare(queued.listen)
        except EvaluatorError as error:
            self._give_up()
            return self._stay(queued, queue, error)
        try:
            if self._landings.is_open(queued.ticket):
                evaluation = self._watched(queued)
                if evaluation is not None:
                    self._landings.land(queued.ticket, evaluation)
        except EvaluatorError as error:
            self._give_up()
            self._judge_again(queued, queue, error)
        return True

    def _stay(self, queued: QueuedJob, queue: JobQueue, error: EvaluatorError) -> bool:
        """Leave a job that nothing can be judged for here to the other slots, if there are any."""
        if queue.resign():
            log.warning("one place to judge at is lost, %d remain: %s", queue.servers, error)
            queue.put_back(queued)
            return False
        self._landings.fail(queued.ticket, error)
        return True

    def _judge_again(self, queued: QueuedJob, queue: JobQueue, error: EvaluatorError) -> None:
        """Give a candidate that cost a worker one more try; a second worker is its own fault."""
        if not self._is_wanted(queued.ticket):
            return
        log.warning("candidate %s: %s", queued.job.candidate, error)
        if queued.losses == 0:
            queue.put_back(replace(queued, losses=1))
            return
        verdict = Evaluation(
            status=Status.CRASHED,
            device=self._track.device_label,
            timing=self._track.timing,
            error=f"two of the judge's worker processes were lost under it; the last: {error}",
        )
        self._landings.land(queued.ticket, verdict)

    def _watched(self, queued: QueuedJob) -> Evaluation | None:
        worker, watch = self._start(), self._watch()
        if watch is None:
            return worker.judge(queued.order, queued.listen)

        def listen(advanced: Advanced) -> None:
            watch.enter(advanced.stage)
            queued.listen(advanced)

        try:
            evaluation = worker.judge(queued.order, listen)
        finally:
            conditions = watch.stop()
        return None if evaluation is None else replace(evaluation, conditions=conditions)

    def _start(self) -> Worker:
        with self._lock:
            if self._closed:
                raise EvaluatorError("this evaluator is closed")
            if self._worker is None:
                self._worker = self._start_worker()
            return self._worker

    def _prepare(self, listen: Listener) -> None:
        worker = self._start()
        if not self._prepared:
            worker.prepare(listen)
            self._prepared = True

    def _give_up(self) -> None:
        """Kill the worker, from the owner's thread; the next job starts another."""
        with self._lock:
            worker, self._worker = self._worker, None
            self._prepared = False
        if worker is not None:
            worker.close()

    def _is_wanted(self, ticket: int) -> bool:
        return not self._closed and self._landings.is_open(ticket)

    def _take_lease(self, wanted: Callable[[], bool], on_waiting: Callable[[str], None]) -> bool:
        return self._lease is None or self._lease.take(wanted, on_waiting)

    def _give_lease_back(self) -> None:
        if self._lease is not None:
            self._lease.give_back()
