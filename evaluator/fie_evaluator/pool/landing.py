"""Futures that may be cancelled until the very moment they land."""

import threading
from collections.abc import Callable
from concurrent.futures import Future

from fie_evaluator.errors import EvaluatorError
from fie_evaluator.results import Evaluation


class Landings:
    """The futures that have not landed yet, by ticket; each is settled exactly once.

    A future stays PENDING while its job runs, since only then does
    `Future.cancel` still succeed; `on_cancelled` is told the ticket so that its
    owner can kill the work.
    """

    def __init__(self, on_cancelled: Callable[[int], None]) -> None:
        self._on_cancelled = on_cancelled
        self._lock = threading.Lock()
        self._open: dict[int, Future[Evaluation]] = {}
        self._next_ticket = 0

    def open(self) -> tuple[int, Future[Evaluation]]:
        """Return a new ticket and its future."""
        future: Future[Evaluation] = Future()
        with self._lock:
            ticket = self._next_ticket
            self._next_ticket += 1
            self._open[ticket] = future
        future.add_done_callback(lambda done: self._cancelled(ticket, done))
        return ticket, future

    def is_open(self, ticket: int) -> bool:
        """Whether the ticket's future has neither landed nor been cancelled."""
        with self._lock:
            future = self._open.get(ticket)
        return future is not None and not future.cancelled()

    def land(self, ticket: int, evaluation: Evaluation) -> None:
        """Give the future its evaluation, unless it was cancelled."""
        future = self._take(ticket)
        if future is not None and future.set_running_or_notify_cancel():
            future.set_result(evaluation)

    def fail(self, ticket: int, error: EvaluatorError) -> None:
        """Give the future an error of the judge itself, unless it was cancelled."""
        future = self._take(ticket)
        if future is not None and future.set_running_or_notify_cancel():
            future.set_exception(error)

    def cancel_all(self) -> None:
        """Cancel every future that has not landed."""
        with self._lock:
            open_futures = tuple(self._open.values())
        for future in open_futures:
            future.cancel()

    def _take(self, ticket: int) -> Future[Evaluation] | None:
        with self._lock:
            return self._open.pop(ticket, None)

    def _cancelled(self, ticket: int, future: Future[Evaluation]) -> None:
        if not future.cancelled():
            return
        # Whoever takes the future moves it on; waiters only wake once it is notified.
        if self._take(ticket) is not None:
            future.set_running_or_notify_cancel()
        self._on_cancelled(ticket)
