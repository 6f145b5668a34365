"""An evaluator that replays known answers: for replays, dry runs and deterministic tests."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace

from fie_evaluator.base import OnProgress, ignore_progress
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import EvalJob, Progress
from fie_evaluator.pool.landing import Landings
from fie_evaluator.results import Evaluation
from fie_evaluator.scoring import ScoreRule, mean_speedup

Answer = Callable[[EvalJob], Evaluation]
"Raises EvaluatorError to play a lost worker."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ticket:
    number: int
    job: EvalJob
    on_progress: OnProgress


def answers_by_source(answers: Mapping[str, Evaluation]) -> Answer:
    """Return an Answer that looks the job's source up; an unknown one is an EvaluatorError."""

    def answer(job: EvalJob) -> Evaluation:
        if job.source not in answers:
            raise EvaluatorError(f"no recorded evaluation for candidate {job.candidate}")
        return answers[job.source]

    return answer


def as_a_judge(answer: Answer, job: EvalJob) -> Evaluation:
    """Return the answer to a job as a judge tells it: with its rival, its cut and its profile.

    A rival that the answer has no figures of is asked for on its own.
    """
    evaluation = answer(job)
    if not evaluation.passed:
        return replace(evaluation, profile=None)
    if job.rival and not evaluation.rival:
        beside = answer(replace(job, source=job.rival, rival=""))
        evaluation = replace(evaluation, rival=beside.results)
    speed = mean_speedup(evaluation.results, ScoreRule(), weighted=False)
    if job.bar is not None and speed < job.bar:
        quick = evaluation.results[: max(1, len(evaluation.results) // 2)]
        evaluation = replace(evaluation, results=quick, complete=False)
    if not job.profile or (job.profile_above is not None and speed <= job.profile_above):
        evaluation = replace(evaluation, profile=None)
    return evaluation


class RecordedEvaluator:
    """Lands each job with `answer(job)`: at once, or, when `held`, on `release`.

    While held, at most `slots` jobs are `running` and the rest are `queued`,
    both in order of submission, so that a test decides every completion order.
    """

    def __init__(self, answer: Answer, *, slots: int = 1, held: bool = False) -> None:
        self._answer = answer
        self._slots = slots
        self._held = held
        self._lock = threading.RLock()
        self._running: dict[int, _Ticket] = {}
        self._queued: deque[_Ticket] = deque()
        self._landings = Landings(self._forget)
        self._closed = False

    @property
    def slots(self) -> int:
        """How many jobs may run at once."""
        return self._slots

    @property
    def running(self) -> tuple[str, ...]:
        """The candidates that hold a slot, oldest first."""
        with self._lock:
            return tuple(ticket.job.candidate for ticket in self._running.values())

    @property
    def queued(self) -> tuple[str, ...]:
        """The candidates that wait for a slot, oldest first."""
        with self._lock:
            return tuple(ticket.job.candidate for ticket in self._queued)

    def submit(self, job: EvalJob, on_progress: OnProgress = ignore_progress) -> Future[Evaluation]:
        """Queue a job; it lands at once unless this evaluator is held."""
        with self._lock:
            if self._closed:
                raise EvaluatorError("this evaluator is closed")
            number, future = self._landings.open()
            self._queued.append(_Ticket(number=number, job=job, on_progress=on_progress))
        self._start_queued()
        return future

    def release(self, candidate: str) -> None:
        """Land the running job of `candidate`; KeyError when it isn't running."""
        with self._lock:
            ticket = next(
                (held for held in self._running.values() if held.job.candidate == candidate), None
            )
        if ticket is None:
            raise KeyError(candidate)
        self._land(ticket)

    def release_all(self) -> None:
        """Land every job, running and queued, oldest first."""
        while running := self.running:
            self.release(running[0])

    def close(self) -> None:
        """Cancel everything that has not landed."""
        with self._lock:
            self._closed = True
        self._landings.cancel_all()

    def _start_queued(self) -> None:
        with self._lock:
            started = []
            while self._queued and len(self._running) < self._slots and not self._closed:
                ticket = self._queued.popleft()
                self._running[ticket.number] = ticket
                started.append(ticket)
        for ticket in started:
            ticket.on_progress(Progress(candidate=ticket.job.candidate, stage="policy"))
            if not self._held:
                self._land(ticket)

    def _land(self, ticket: _Ticket) -> None:
        try:
            evaluation = as_a_judge(self._answer, ticket.job)
        except EvaluatorError as error:
            self._landings.fail(ticket.number, error)
        else:
            self._landings.land(ticket.number, evaluation)
        self._forget(ticket.number)

    def _forget(self, number: int) -> None:
        with self._lock:
            self._running.pop(number, None)
            self._queued = deque(held for held in self._queued if held.number != number)
        self._start_queued()
