"""The thread that reads a run directory for the board, and carries commands to it."""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from fie_engine.commands import Command
from fie_engine.events import Recorded
from fie_engine.live import Live
from fie_evaluator.errors import FieError
from fie_tui.session.serving import ServiceThread
from fie_tui.told.gauged import Gauged, remembered

POLL_S, RESTING_S = 0.25, 0.5
"Between two looks; and once the last few found nothing new."
FEW_LOOKS = 20
BATCH = 1000
"Events that the screen takes in at once; more wait in the run directory."
LOOKS_PER_LOCK_CHECK = 4


class Run(Protocol):
    """What the feed needs of a run directory."""

    def events(self, after: int = 0, limit: int = 5000) -> list[Recorded]:
        """Return events after a sequence number, in order."""

    def send(self, command: Command) -> int:
        """Queue a command for the run's engine."""

    def live(self) -> Live | None:
        """Return what the engine does at this moment."""

    def engine_running(self) -> bool:
        """Whether some engine holds the run."""

    def close(self) -> None:
        """Close this thread's connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the feed found since the screen last looked."""

    events: Sequence[Recorded]
    live: Live | None
    gauged: Gauged
    engine: bool
    error: str
    "Why the run directory can't be read or written now; empty when it can."
    more: bool
    "Whether further events are known to wait."


class Feed(ServiceThread):
    """Reads at most four times a second; never waits for the screen, nor it for the feed.

    At most one batch of events and one notice are under way, so a stalled terminal
    costs no memory and the engine never notices it.
    """

    def __init__(self, run: Run, notify: Callable[[], object]) -> None:
        super().__init__("feed")
        self._run = run
        self._notify = notify
        self._lock = threading.Lock()
        self._commands: deque[tuple[Command, Callable[[], object]]] = deque()
        self._seq = 0
        self._slot: list[Recorded] = []
        self._live: Live | None = None
        self._gauged: Gauged = {}
        self._engine = False
        self._error = ""
        self._more = False
        self._untaken = False
        self._quiet_looks = 0

    def send(self, command: Command, sent: Callable[[], object]) -> None:
        """Have the thread send a command, then call `sent` from there."""
        self._commands.append((command, sent))
        self._waking.set()

    def take(self) -> Delivery:
        """Return what is new; the feed goes on reading from there."""
        with self._lock:
            events, self._slot = self._slot, []
            delivery = Delivery(
                events=events,
                live=self._live,
                gauged=self._gauged,
                engine=self._engine,
                error=self._error,
                more=self._more,
            )
            more, self._untaken = self._more, False
        if more:
            self._waking.set()
        return delivery

    def _serve(self) -> None:
        looks = 0
        while not self._closing:
            try:
                self._send_commands()
                self._look(check_lock=looks % LOOKS_PER_LOCK_CHECK == 0)
            except (FieError, OSError, sqlite3.Error) as error:
                self._offer([], more=False, error=str(error) or type(error).__name__)
            looks += 1
            self._waking.wait(POLL_S if self._quiet_looks < FEW_LOOKS else RESTING_S)
            self._waking.clear()
        self._run.close()

    def _send_commands(self) -> None:
        while self._commands:
            command, sent = self._commands[0]
            self._run.send(command)
            self._commands.popleft()
            sent()

    def _look(self, *, check_lock: bool) -> None:
        if check_lock:
            self._set_engine(self._run.engine_running())
        self._live = self._run.live()
        self._gauged = remembered(self._gauged, self._live)
        with self._lock:
            if self._slot:
                return
        events = self._run.events(self._seq, BATCH)
        if events:
            self._seq = events[-1].seq
        self._offer(events, more=len(events) == BATCH, error="")

    def _set_engine(self, engine: bool) -> None:
        changed, self._engine = engine != self._engine, engine
        if changed:
            self._tell()

    def _offer(self, events: list[Recorded], *, more: bool, error: str) -> None:
        with self._lock:
            news = bool(events) or error != self._error
            self._slot.extend(events)
            self._more = more
            self._error = error
        self._quiet_looks = 0 if news else self._quiet_looks + 1
        if news:
            self._tell()

    def _tell(self) -> None:
        with self._lock:
            told, self._untaken = self._untaken, True
        if not told:
            self._notify()
