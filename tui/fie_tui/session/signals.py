"""Signals as requests: a handler only counts, whoever waits carries them out."""

import signal
from types import FrameType


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

    def take(self) -> int:
        """Return which request is new: 1 for the first, 2 for the second; 0 for none."""
        if self._count == self._taken:
            return 0
        self._taken += 1
        return self._taken

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._count += 1
