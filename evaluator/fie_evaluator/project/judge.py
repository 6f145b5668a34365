"""Judges the programs of a project in OpenEvolve's form, each in a process group of its own."""

import contextlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from fie_evaluator.child.channel import Channel, ChannelClosed, pair
from fie_evaluator.child.messages import Advanced
from fie_evaluator.child.processes import INHERITED, descendants, kill
from fie_evaluator.environment import cpu_model
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.pool.jobs import JobQueue, QueuedJob
from fie_evaluator.pool.landing import Landings
from fie_evaluator.pool.places import Pool
from fie_evaluator.project.messages import Began, FromWorker, Order, Outcome, Unusable
from fie_evaluator.project.score import objection, own_score
from fie_evaluator.project.terms import TIMING, Project
from fie_evaluator.results import Evaluation, Status

SOURCE_ROOT = Path(__file__).resolve().parents[2]
USUAL = (*INHERITED, "HOME", "USER", "LOGNAME", "SHELL", "PYTHONPATH")
"Variables that reach an evaluator unasked; none of them is a secret."
CLOSE_PATIENCE_S = 0.4


class ProjectEvaluator(Pool):
    """An Evaluator around a project's evaluator file; `slots` programs are evaluated at once."""

    def __init__(self, project: Project, environ: Mapping[str, str]) -> None:
        """Start nothing yet: the first program of a slot starts its worker."""
        super().__init__(
            lambda landings: [Desk(project, environ, landings) for _ in range(project.slots)]
        )


class Desk:
    """One place to evaluate at, with a worker process that is replaced when it is lost."""

    def __init__(self, project: Project, environ: Mapping[str, str], landings: Landings) -> None:
        self._project = project
        self._environment = environment_of(project, environ)
        self._landings = landings
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._ticket: int | None = None
        self._closed = False

    def serve(self, queue: JobQueue) -> None:
        """Judge what the queue holds until it is closed."""
        while (queued := queue.next()) is not None:
            self._judge(queued)
        self._give_up()

    def cancel(self, ticket: int) -> None:
        """Kill the worker if it has that ticket's program; the next job starts another."""
        with self._lock:
            worker = self._worker if self._ticket == ticket else None
        if worker is not None:
            worker.kill()

    def close(self) -> None:
        """Kill the worker and start no other."""
        with self._lock:
            self._closed = True
            worker = self._worker
        if worker is not None:
            worker.kill()

    def _judge(self, queued: QueuedJob) -> None:
        if not self._landings.is_open(queued.ticket):
            return
        try:
            worker = self._start(queued.ticket)
            # It may have been cancelled before there was a worker to kill.
            if self._landings.is_open(queued.ticket):
                evaluation = self._evaluated(worker, queued)
                self._landings.land(queued.ticket, evaluation)
        except EvaluatorError as error:
            self._give_up()
            self._landings.fail(queued.ticket, error)
        finally:
            with self._lock:
                self._ticket = None

    def _start(self, ticket: int) -> "Worker":
        with self._lock:
            if self._closed:
                raise EvaluatorError("this evaluator is closed")
            if self._worker is None:
                self._worker = Worker(self._environment)
            self._ticket = ticket
            return self._worker

    def _evaluated(self, worker: "Worker", queued: QueuedJob) -> Evaluation:
        started = time.monotonic()
        answer = worker.evaluate(order_of(self._project, queued.job.source), queued)
        return evaluation_of(answer, self._project, time.monotonic() - started)

    def _give_up(self) -> None:
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.close()


class Worker:
    """The engine's handle on one worker process."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="fie-project-"))
        self._killing = threading.Lock()
        ours, theirs = pair()
        self._channel = Channel(ours)
        self._process = self._start(theirs.fileno(), environment)
        theirs.close()

    def evaluate(self, order: Order, queued: QueuedJob) -> Outcome:
        """Return what came of a program; EvaluatorError where the worker or the file is lost."""
        try:
            self._channel.send(order)
            message: FromWorker = self._channel.receive(FromWorker)
            while isinstance(message, Began):
                queued.listen(Advanced(stage=message.stage))
                message = self._channel.receive(FromWorker)
        except ChannelClosed as error:
            raise EvaluatorError(f"the evaluator's worker process was lost: {error}") from error
        if isinstance(message, Unusable):
            raise EvaluatorError(f"{Path(order.evaluator)} can't be run: {message.error}")
        return message

    def kill(self) -> None:
        """End the worker and everything that it started, within half a second."""
        with self._killing:
            family = [self._process.pid, *descendants(self._process.pid)]
            self._channel.shut_down()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(CLOSE_PATIENCE_S)
            if self._process.poll() is None:
                for pid in family:
                    kill(pid)
                self._process.wait()

    def close(self) -> None:
        """Kill the worker and forget it."""
        self.kill()
        self._channel.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def _start(self, descriptor: int, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        given = environment.get("PYTHONPATH", "")
        paths = os.pathsep.join(filter(None, (str(SOURCE_ROOT), given)))
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "fie_evaluator.project.worker", str(descriptor)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._home,
            env={**environment, "PYTHONPATH": paths, "TMPDIR": str(self._home)},
            pass_fds=(descriptor,),
            start_new_session=True,
        )


def environment_of(project: Project, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what an evaluator sees of the environment: no key unless it was asked for."""
    names = (*USUAL, *project.variables)
    fixed = {"PYTHONUNBUFFERED": "1", "PYTHONHASHSEED": "0"}
    return {name: environ[name] for name in names if name in environ} | fixed


def order_of(project: Project, source: str) -> Order:
    """Return a program as the worker is told it."""
    return Order(
        evaluator=str(project.evaluator),
        source=source,
        suffix=project.suffix,
        timeout_s=project.timeout_s,
        cascade=project.cascade,
        thresholds=project.thresholds,
        memory_mb=project.memory_mb,
    )


def evaluation_of(answer: Outcome, project: Project, seconds: float) -> Evaluation:
    """Return the worker's answer as an evaluation with the evaluator's own score."""
    status, error = answer.status, answer.error
    axes = tuple(name for name in project.features)
    if status is Status.PASSED:
        error = objection(answer.metrics, answer.remarks, axes)
        status = Status.RUNTIME_ERROR if error else status
    if answer.remarks.get("timeout") == "True":
        status, error = Status.TIMEOUT, error or "the evaluator says that it took too long"
    remarks = {name: text for name, text in answer.remarks.items() if name != "error"}
    return Evaluation(
        status=status,
        device=project.evaluator.name,
        timing=TIMING,
        environment=(
            ("python", platform.python_version()),
            ("cpu", cpu_model()),
            ("confinement", "none: an evaluator runs as OpenEvolve runs it"),
        ),
        seconds=seconds,
        error=error,
        complete=answer.complete,
        log=answer.log,
        score=own_score(answer.metrics, axes) if status is Status.PASSED else None,
        metrics=tuple(answer.metrics.items()),
        artifacts=tuple({**remarks, **answer.artifacts}.items()),
    )
