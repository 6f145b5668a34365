"""The thread that watches a folder of runs for the start screen."""

import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec

from fie_engine.record.rundir import RunDirectory, is_held
from fie_engine.view.run import RunView
from fie_evaluator.errors import FieError
from fie_tui.session.serving import ServiceThread
from fie_tui.told.glance import UNREADABLE, Glance, glance_of

LOOK_S = 1.0
PAGE = 500
"Events that are decoded at once: a key never waits for more."

Stamp = tuple[tuple[int, int], ...]
"Time and size of a record's files; the same as long as nobody wrote."

BROKEN = (
    FieError,
    OSError,
    sqlite3.Error,
    msgspec.MsgspecError,
    LookupError,
    ValueError,
    AssertionError,
)
"What a record that is damaged, or that somebody else owns, can raise."


class Lookout(ServiceThread):
    """Looks once a second; reads a record only where it was written to since."""

    def __init__(self, runs_root: Path, notify: Callable[[], object]) -> None:
        super().__init__("lookout")
        self.glances: tuple[Glance, ...] = ()
        "The runs, newest first; replaced as a whole, for any thread to take."
        self.complete = False
        "Whether every run has been read once."
        self._runs_root = runs_root
        self._notify = notify
        self._watched: dict[Path, _Watched] = {}
        self._errands: deque[Callable[[], object]] = deque()

    def look_now(self) -> None:
        """Look at once."""
        self._waking.set()

    def do(self, errand: Callable[[], object]) -> None:
        """Have the thread do something between two looks."""
        self._errands.append(errand)
        self._waking.set()

    def _serve(self) -> None:
        while not self._closing:
            self._look()
            self._waking.wait(LOOK_S)
            self._waking.clear()
        for watched in self._watched.values():
            watched.close()

    def _look(self) -> None:
        paths = _runs_in(self._runs_root)
        for gone in self._watched.keys() - set(paths):
            self._watched.pop(gone).close()
        for path in paths:
            if path not in self._watched:
                self._watched[path] = _Watched(path)
        self._do_errands()
        self._offer()
        for path in paths:
            if self._closing:
                return
            self._do_errands()
            if self._watched[path].look(lambda: self._closing):
                self._offer()
        if not self.complete:
            self.complete = True
            self._notify()

    def _do_errands(self) -> None:
        while self._errands:
            self._errands.popleft()()

    def _offer(self) -> None:
        seen = [watched.glance for watched in self._watched.values()]
        newest_first = tuple(sorted(seen, key=lambda one: (-one.started_at, one.name)))
        if newest_first != self.glances:
            self.glances = newest_first
            self._notify()


class _Watched:
    """One run: its view is kept while an engine writes it, else only what was told of it."""

    def __init__(self, path: Path) -> None:
        self.glance = Glance(path=path, started_at=_made_at(path))
        self._path = path
        self._run: RunDirectory | None = None
        self._view = RunView()
        self._seen: tuple[bool, Stamp] | None = None

    def look(self, hurried: Callable[[], bool]) -> bool:
        """Take a look; return whether there is something new to tell."""
        before = self.glance
        try:
            self._look(hurried)
        except BROKEN as error:
            self.close()
            self.glance = replace(before, state=UNREADABLE, running=False, trouble=str(error))
            self._seen = (False, _stamp(self._path))
        return self.glance != before

    def _look(self, hurried: Callable[[], bool]) -> None:
        # Looked at first: an engine that ends meanwhile has written its end by then.
        running = is_held(self._path)
        if (running, _stamp(self._path)) == self._seen and not running:
            return
        run = self._run = self._run or RunDirectory(self._path)
        while (batch := run.events(self._view.last_seq, PAGE)) and not hurried():
            self._view.fold(batch)
        self.glance = glance_of(self._path, self._view, run.live(), running=running)
        if not running:
            self.close()
        self._seen = (running, _stamp(self._path))

    def close(self) -> None:
        """Let go of the record; should it change again, it is read from its start."""
        if self._run is not None:
            self._run.close()
        self._run, self._view = None, RunView()


def _runs_in(runs_root: Path) -> list[Path]:
    """Return the runs' folders, those that were written to last at first."""
    found = [(_stamp(path.parent), path.parent) for path in runs_root.glob("*/run.db")]
    return [path for _, path in sorted(found, reverse=True)]


def _stamp(run: Path) -> Stamp:
    stamps = []
    for name in ("run.db", "run.db-wal"):
        try:
            told = (run / name).stat()
        except OSError:
            continue
        if told.st_size:
            stamps.append((told.st_mtime_ns, told.st_size))
    return tuple(stamps)


def _made_at(run: Path) -> float:
    try:
        return (run / "run.db").stat().st_mtime
    except OSError:
        return 0.0
