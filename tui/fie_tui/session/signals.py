"""Signals as requests: a handler only counts, whoever waits carries them out."""

import asyncio
import signal
import threading
from collections.abc import Callable
from types import FrameType


def listen_for_the_end(*, hang_up: Callable[[], object], end: Callable[[], object]) -> None:
    """Leave in order when the link drops; by itself Textual would be killed."""
    if threading.current_thread() is threading.main_thread():
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, hang_up)
        loop.add_signal_handler(signal.SIGTERM, end)


def listen_no_more() -> None:
    """Give the signals back."""
    if threading.current_thread() is threading.main_thread():
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.remove_signal_handler(number)


class StopRequests:
    """Counts SIGINT and SIGTERM; a hang-up is no request to stop."""

    def __init__(self) -> None:
        self._count = 0
        self._taken = 0

    def listen(self) -> None:
        """Take over the signals; main thread only."""
        signal.signal(signal.SIGINT, self._ask)
        signal.signal(signal.SIGTERM, self._ask)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        # A board that ended leaves handlers here that want its terminal back: an engine that
        # goes on without it must survive being stopped and continued.
        for number in (signal.SIGTSTP, signal.SIGCONT):
            signal.signal(number, signal.SIG_DFL)

    def take(self) -> int:
        """Return which request is new: 1 for the first, 2 for the second; 0 for none."""
        if self._count == self._taken:
            return 0
        self._taken += 1
        return self._taken

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._count += 1
