"""The thread that rebuilds the run as it was at an earlier event."""

import sqlite3
import threading
from collections.abc import Callable

from fie_engine.view.run import RunView
from fie_engine.view.snapshot import copied
from fie_evaluator.errors import FieError
from fie_tui.session.feed import Run
from fie_tui.session.serving import ServiceThread

PAGE = 100
"Events that are read at once; after each page a copy is kept, so that stepping back is quick."
KEPT = 16


class Replay(ServiceThread):
    """Folds the record up to an event; the newest wish counts, and the screen never waits."""

    def __init__(self, run: Run, ready: Callable[[], object]) -> None:
        super().__init__("replay")
        self._run = run
        self._ready = ready
        self._lock = threading.Lock()
        self._start = RunView()
        self._found: RunView | None = None
        self._kept: list[RunView] = []
        self.target = 0
        "The event that was asked for; 0 for the live head."
        self.view: RunView | None = None
        "The run as it was then, once it is there; None at the live head."

    def ask(self, target: int, start: RunView) -> None:
        """Ask for the run after event `target`, from a view that has seen no more than that."""
        with self._lock:
            self.target, self._start = target, start
        self._waking.set()

    def leave(self) -> None:
        """Go back to the live head."""
        with self._lock:
            self.target, self.view, self._found = 0, None, None

    def take(self) -> bool:
        """Show what was found, if it is still wanted; whether there was something new."""
        with self._lock:
            found, self._found = self._found, None
            if found is None or found.last_seq != self.target:
                return False
            self.view = found
        return True

    def _serve(self) -> None:
        while not self._closing:
            self._waking.wait()
            self._waking.clear()
            with self._lock:
                target, start = self.target, self._start
            if target and not self._closing:
                self._answer(target, start)
        self._run.close()

    def _answer(self, target: int, start: RunView) -> None:
        try:
            found = self._rebuilt(target, start)
        except (FieError, OSError, sqlite3.Error):
            # The feed reads the same record, and says what is wrong with it.
            self.leave()
            self._ready()
            return
        with self._lock:
            if found.last_seq != self.target:
                return
            self._found = found
        self._ready()

    def _rebuilt(self, target: int, start: RunView) -> RunView:
        known = [copy for copy in (start, *self._kept) if copy.last_seq <= target]
        view = copied(max(known, key=lambda copy: copy.last_seq))
        while view.last_seq < target:
            events = self._run.events(view.last_seq, min(PAGE, target - view.last_seq))
            if not events:
                break
            view.fold(events)
            if len(events) == PAGE:
                self._kept = [*self._kept, copied(view)][-KEPT:]
        return view
