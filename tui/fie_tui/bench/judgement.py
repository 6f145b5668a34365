"""Has kernels judged outside a run, shows how far they are, and stops cleanly on Ctrl+C."""

import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Protocol

from fie_engine.config.load import Config
from fie_evaluator.base import Evaluator
from fie_evaluator.errors import EvaluatorError
from fie_evaluator.job import EvalJob, Progress
from fie_evaluator.places import cache_folder
from fie_evaluator.results import Evaluation
from fie_evaluator.track import Track
from fie_tui.speech import note


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What became of the jobs; one that was interrupted is in neither."""

    evaluations: dict[str, Evaluation]
    "By candidate."
    lost: dict[str, str]
    "Why the judge itself failed, by candidate."
    interrupted: bool


class Watcher(Protocol):
    """Shows progress; called from one thread."""

    def advance(self, progress: Progress) -> None:
        """Show how far a candidate is."""

    def finish(self, candidate: str, verdict: str) -> None:
        """Show what became of a candidate."""


@contextmanager
def open_evaluator(track: Track, config: Config) -> Iterator[Evaluator]:
    """Start the judge that a run would use, and leave no process of it behind."""
    from fie_engine.launch.assemble import evaluator

    judge = evaluator(track, config, cache_folder(os.environ))
    for remark in judge.notes:
        note(remark)
    try:
        yield judge
    finally:
        judge.close()


def judge_all(evaluator: Evaluator, jobs: Sequence[EvalJob], watcher: Watcher) -> Judgement:
    """Judge every job; Ctrl+C cancels what has not landed and keeps the rest."""
    told: SimpleQueue[Progress | str] = SimpleQueue()
    futures: dict[str, Future[Evaluation]] = {}
    interrupted = False
    try:
        with _terminated_like_interrupted():
            for job in jobs:
                futures[job.candidate] = _submit(evaluator, job, told)
            _watch(futures, told, watcher)
    except KeyboardInterrupt:
        interrupted = True
        for future in futures.values():
            future.cancel()
    landed = {
        name: future for name, future in futures.items() if future.done() and not future.cancelled()
    }
    lost = {name: str(error) for name, each in landed.items() if (error := each.exception())}
    evaluations = {name: each.result() for name, each in landed.items() if name not in lost}
    return Judgement(evaluations=evaluations, lost=lost, interrupted=interrupted)


def _submit(
    evaluator: Evaluator, job: EvalJob, told: "SimpleQueue[Progress | str]"
) -> Future[Evaluation]:
    future = evaluator.submit(job, told.put)
    future.add_done_callback(lambda landed: told.put(job.candidate))
    return future


def _watch(
    futures: dict[str, Future[Evaluation]],
    told: "SimpleQueue[Progress | str]",
    watcher: Watcher,
) -> None:
    waiting = set(futures)
    while waiting:
        message = told.get()
        if isinstance(message, Progress):
            watcher.advance(message)
        else:
            waiting.discard(message)
            watcher.finish(message, _verdict(futures[message]))


def _verdict(future: Future[Evaluation]) -> str:
    try:
        evaluation = future.result()
    except EvaluatorError as error:
        return f"not judged: {error}"
    return f"{evaluation.status} in {evaluation.seconds:.1f} s"


@contextmanager
def _terminated_like_interrupted() -> Iterator[None]:
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
