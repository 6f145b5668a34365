"""The contract that every evaluator keeps."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from fie_evaluator.job import EvalJob, Progress
from fie_evaluator.results import Evaluation

OnProgress = Callable[[Progress], None]
"Called from the evaluator's own thread; must return at once."


def ignore_progress(progress: Progress) -> None:
    """Drop a progress report."""


class Evaluator(Protocol):
    """Judges candidates, at most `slots` at once, one exclusive lease per device.

    A kernel that is wrong, hangs or crashes is a result; a future holds an
    EvaluatorError only when the device or the worker itself is lost.
    Cancelling a future kills its process group. `close` returns within a second
    and leaves no process behind; futures that had not landed are cancelled.
    """

    @property
    def slots(self) -> int:
        """How many evaluations may run at once."""

    def submit(self, job: EvalJob, on_progress: OnProgress = ignore_progress) -> Future[Evaluation]:
        """Queue a job; it starts when a lease is free."""

    def close(self) -> None:
        """Kill what runs and give everything back."""
