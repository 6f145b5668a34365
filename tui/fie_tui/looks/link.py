"""The way to the terminal: how long writing to it takes, and when that is too long."""

import time
from collections.abc import Callable
from typing import TextIO

Clock = Callable[[], float]
"Returns monotonic time in seconds."

SLOW_SHARE = 0.4
"Share of the time spent waiting for the terminal from which a link is slow."
STALLED_S = 0.5
"A write that takes this long alone makes the link slow; nothing is painted meanwhile."
CLEAR_S = 20.0
"How long the link must be clear before it counts as fast again."


class Gauge:
    """The terminal's file, with the time that its writes take; one thread writes."""

    def __init__(self, file: TextIO, clock: Clock = time.monotonic) -> None:
        self._file = file
        self._clock = clock
        self._since: float | None = None
        self._waited_s = 0.0
        self.characters = 0

    def write(self, text: str) -> int:
        """Write, and count how long it takes."""
        self.characters += len(text)
        self._since = self._clock()
        written = self._file.write(text)
        self._landed()
        return written

    def flush(self) -> None:
        """Flush, and count how long it takes."""
        self._since = self._clock()
        self._file.flush()
        self._landed()

    def fileno(self) -> int:
        """Return the terminal's descriptor."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._file.isatty()

    @property
    def pending_s(self) -> float:
        """How long the write under way has taken so far; 0 when none is."""
        since = self._since
        return max(0.0, self._clock() - since) if since is not None else 0.0

    @property
    def waited_s(self) -> float:
        """How long writing has taken in all, the write under way included."""
        return self._waited_s + self.pending_s

    def _landed(self) -> None:
        assert self._since is not None
        self._waited_s += self._clock() - self._since
        self._since = None


class Governor:
    """Says from a gauge whether the link is slow; slow at once, fast again after a while."""

    def __init__(
        self, gauge: Gauge, *, forced: bool = False, clock: Clock = time.monotonic
    ) -> None:
        self._gauge = gauge
        self._forced = forced
        self._clock = clock
        self._looked_at = self._clear_since = clock()
        self._waited_s = gauge.waited_s
        self.slow = forced

    @property
    def stalled(self) -> bool:
        """Whether the terminal takes nothing now: what is painted would only queue up."""
        return self._gauge.pending_s > STALLED_S

    def look(self) -> bool:
        """Look again; return whether the link changed between slow and fast."""
        now, waited_s = self._clock(), self._gauge.waited_s
        passed_s, waiting_s = now - self._looked_at, waited_s - self._waited_s
        self._looked_at, self._waited_s = now, waited_s
        clogged = self.stalled or waiting_s > max(SLOW_SHARE * passed_s, STALLED_S / 2)
        if clogged:
            self._clear_since = now
        was_slow = self.slow
        self.slow = self._forced or clogged or (was_slow and now - self._clear_since < CLEAR_S)
        return self.slow is not was_slow
