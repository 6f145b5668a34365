"""A model server that can't serve: when it is asked again."""

from collections.abc import Callable

FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 300.0
LONGEST_WISH_S = 3600.0
"How long a server may ask to be left alone: some ask for years."


class Outage:
    """Counts the asks that found no server; waits twice as long after each."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tries = 0
        self._next_at = 0.0

    def goes_on(self, wait_s: float) -> None:
        """Take note that the server can't serve, and for how long it asks to be left alone."""
        own_s = min(FIRST_WAIT_S * 2.0**self._tries, LONGEST_WAIT_S)
        self._next_at = self._clock() + max(own_s, min(wait_s, LONGEST_WISH_S))
        self._tries += 1

    def is_over(self) -> None:
        """Take note that the server serves."""
        self._tries = 0

    def is_due(self) -> bool:
        """Whether it is time to ask again."""
        return self._clock() >= self._next_at
