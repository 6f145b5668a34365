"""A run's folder: how everyone reads it, and how the one engine writes it."""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from fie_engine.commands import Command
from fie_engine.errors import NoSuchCandidate, NoSuchRun, RunError, RunLocked
from fie_engine.events import Event, Recorded
from fie_engine.live import Live
from fie_engine.model import Exchange
from fie_engine.record.store import Store

Clock = Callable[[], float]
"Returns Unix time in seconds."

PAGE = 500
"Events that are decoded at once."

LOCK_PATIENCE_S = 0.3
"How long to wait for readers that look whether the lock is held."


class RunDirectory:
    """A run as any process may look at it, and send commands to."""

    def __init__(self, path: Path, clock: Clock = time.time) -> None:
        self.path = path
        self.name = path.name
        self._clock = clock
        self._local = threading.local()
        self._store()

    @property
    def database(self) -> Path:
        """The run's SQLite file."""
        return self.path / "run.db"

    def events(self, after: int = 0, limit: int = 5000) -> list[Recorded]:
        """Return up to `limit` events in order, from the first after `after`."""
        return self._store().events(after, limit)

    def send(self, command: Command) -> int:
        """Queue a command for the run's engine; return the command's number."""
        return self._store().send(self._clock(), command)

    def taken(self, number: int) -> bool:
        """Whether the engine has taken the command of that number."""
        return self._store().command_taken(number)

    def live(self) -> Live | None:
        """Return what the engine last said it does; None before its first heartbeat."""
        return self._store().live()

    def engine_running(self) -> bool:
        """Whether some engine holds the run's lock."""
        return is_held(self.path)

    def folder(self, candidate: str) -> Path:
        """Return the candidate's own folder."""
        return self.path / "candidates" / candidate

    def source(self, candidate: str) -> str:
        """Return a candidate's kernel text; raises NoSuchCandidate."""
        try:
            return (self.folder(candidate) / "kernel.py").read_text()
        except OSError as error:
            raise NoSuchCandidate(
                f"run {self.name} has no candidate {candidate}: see `fie-tui show {self.name}`"
            ) from error

    def exchange(self, candidate: str) -> Exchange | None:
        """Return the prompt and reply that made a candidate; None for operators."""
        return self._store().exchange(candidate)

    def reply(self, proposal: int) -> Exchange | None:
        """Return what was said in a proposal, whatever came of it; None where no model was paid."""
        return self._store().reply(proposal)

    def close(self) -> None:
        """Close this thread's connection."""
        store: Store | None = getattr(self._local, "store", None)
        if store is not None:
            store.close()
            del self._local.store

    def _store(self) -> Store:
        store: Store | None = getattr(self._local, "store", None)
        if store is None:
            store = self._local.store = Store(self.database)
        return store


class RunWriter:
    """The run's one engine at work: holds the lock, commits the record."""

    def __init__(self, path: Path, clock: Clock = time.time) -> None:
        self.path = path
        self.name = path.name
        self.clock = clock
        self._lock = take_lock(path)
        self._store = Store(path / "run.db", create=True)

    @classmethod
    def create(cls, path: Path, clock: Clock = time.time) -> "RunWriter":
        """Make the folder of a new run and open it; raises RunError."""
        try:
            (path / "candidates").mkdir(parents=True, exist_ok=True)
            (path / "inbox").mkdir(exist_ok=True)
        except OSError as error:
            raise RunError(
                f"run directory {path} can't be written: {error.strerror}; "
                "choose another with --run-dir"
            ) from error
        if (path / "run.db").exists():
            raise RunError(f"{path} already holds a run: continue it with --resume {path}")
        return cls(path, clock)

    def append(
        self, *events: Event, exchange: tuple[int, str, Exchange] | None = None
    ) -> list[Recorded]:
        """Commit events, and a paid reply with them, before anything acts on them."""
        return self._store.append(self.clock(), events, exchange)

    def events(self) -> Iterator[Recorded]:
        """Yield the whole record, page by page: decoded at once it would fill the memory."""
        seen = 0
        while page := self._store.events(seen, PAGE):
            seen = page[-1].seq
            yield from page

    def take_commands(self) -> list[Command]:
        """Return the commands sent since the last call."""
        return self._store.take_commands()

    def void_commands(self) -> None:
        """Drop commands that were sent while no engine ran."""
        self._store.void_commands()

    def save_live(self, live: Live) -> None:
        """Overwrite the live state."""
        self._store.save_live(live)

    def folder(self, candidate: str) -> Path:
        """Return the candidate's own folder."""
        return self.path / "candidates" / candidate

    def save_source(self, candidate: str, source: str) -> None:
        """Write a candidate's kernel file durably, before its event is committed."""
        folder = self.folder(candidate)
        folder.mkdir(parents=True, exist_ok=True)
        write_durably(folder / "kernel.py", source)

    def source(self, candidate: str) -> str:
        """Return a candidate's kernel text."""
        # A resume reads thousands: pathlib would take as long as the disk.
        with open(f"{self.path}/candidates/{candidate}/kernel.py") as file:
            return file.read()

    def exchange(self, candidate: str) -> Exchange | None:
        """Return the prompt and reply that made a candidate; None for operators."""
        return self._store.exchange(candidate)

    def reply(self, proposal: int) -> Exchange | None:
        """Return what was said in a proposal, whatever came of it; None where no model was paid."""
        return self._store.reply(proposal)

    def close(self) -> None:
        """Close the record and let go of the lock."""
        self._store.close()
        self._lock.close()


def write_durably(path: Path, text: str) -> None:
    """Replace a file's content in one step that a crash can't tear."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def find_run(name: str, runs_root: Path) -> RunDirectory:
    """Open a run by name or by path; raises NoSuchRun."""
    for path in (runs_root / name, Path(name)):
        if (path / "run.db").is_file():
            return RunDirectory(path.resolve())
    known = ", ".join(run.name for run in list_runs(runs_root)) or "none yet"
    raise NoSuchRun(f"no run {name!r} in {runs_root} or at that path; known runs: {known}")


def list_runs(runs_root: Path) -> list[RunDirectory]:
    """Return the runs under a folder, oldest first."""
    found = sorted(runs_root.glob("*/run.db"), key=lambda path: path.stat().st_mtime)
    return [RunDirectory(path.parent) for path in found]


def take_lock(path: Path) -> IO[str]:
    """Take the lock of the run at that path, and sign it; raises RunLocked."""
    lock = (path / "run.lock").open("a+")
    if not _lock_within(lock, LOCK_PATIENCE_S):
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        lock.close()
        raise RunLocked(
            f"run {path.name} is open in {holder}: "
            f"watch it with `fie-tui attach {path.name}`, or stop it first"
        )
    lock.truncate(0)
    lock.write(f"pid {os.getpid()} on {os.uname().nodename}")
    lock.flush()
    return lock


def _lock_within(lock: IO[str], patience_s: float) -> bool:
    """Take the lock; a reader that only looks holds it for an instant, so try again."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        else:
            return True


def is_held(path: Path) -> bool:
    """Whether some engine holds the lock of the run at that path; its record isn't opened."""
    try:
        with (path / "run.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
