"""Jobs that wait for a place to be judged at."""

import threading
from collections import deque
from dataclasses import dataclass

from fie_evaluator.base import OnProgress
from fie_evaluator.child.messages import Advanced, Judge
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import EvalJob, Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedJob:
    """A job that waits for a place, with its future's ticket."""

    ticket: int
    job: EvalJob
    on_progress: OnProgress
    losses: int = 0
    "How many places were lost under it."

    def listen(self, advanced: Advanced) -> None:
        """Pass progress on under the candidate's name."""
        progress = Progress(
            candidate=self.job.candidate,
            stage=advanced.stage,
            done=advanced.done,
            total=advanced.total,
        )
        self.on_progress(progress)

    def wait(self, note: str) -> None:
        """Say what the job waits for."""
        self.on_progress(Progress(candidate=self.job.candidate, stage="lease", note=note))

    @property
    def order(self) -> Judge:
        """The job as the zygote is told it."""
        return Judge(ticket=self.ticket, job=self.job)


class JobQueue:
    """First come, first served, by as many threads as there are places."""

    def __init__(self, servers: int) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[QueuedJob] = deque()
        self._servers = servers
        self._closed = False

    @property
    def servers(self) -> int:
        """How many places still serve."""
        with self._changed:
            return self._servers

    def put(self, queued: QueuedJob) -> None:
        """Queue a job; EvaluatorError once the queue is closed."""
        with self._changed:
            if self._closed:
                raise EvaluatorError("this evaluator is closed")
            self._waiting.append(queued)
            self._changed.notify()

    def put_back(self, queued: QueuedJob) -> None:
        """Queue a job again, before all others."""
        with self._changed:
            if not self._closed:
                self._waiting.appendleft(queued)
                self._changed.notify()

    def next(self) -> QueuedJob | None:
        """Wait for a job; None once the queue is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._waiting)
            return None if self._closed else self._waiting.popleft()

    def forget(self, ticket: int) -> None:
        """Drop a job that was cancelled."""
        with self._changed:
            self._waiting = deque(job for job in self._waiting if job.ticket != ticket)

    def resign(self) -> bool:
        """Serve no longer, unless nobody else does."""
        with self._changed:
            if self._servers == 1:
                return False
            self._servers -= 1
            return True

    def close(self) -> None:
        """Forget every job and send the servers home."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()
