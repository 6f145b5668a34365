"""Who may steer a run from a board: a lease in the run's folder, kept alive by its holder."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import msgspec

from fie_engine.record.rundir import Clock

FILE = "control.json"

BEAT_S = 3.0
"How often a holder writes that it is still there."
LEASE_S = 10.0
"A holder that was not heard of for so long has lost control: its link or its process is gone."


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A board and the person at it."""

    token: str
    "Of this board alone."
    user: str
    "Hostile text: whoever writes to the folder says it."
    terminal: str
    host: str
    pid: int
    since: float = 0.0
    "Unix time, seconds: since when it controls the run."
    beat: float = 0.0
    "Unix time of its last sign of life."


class Control:
    """One board's claim; every look reads and writes the lease in one step."""

    def __init__(
        self, folder: Path, me: Holder, clock: Clock, alive: Callable[[int], bool]
    ) -> None:
        self.me = me
        self._path = folder / FILE
        self._clock = clock
        self._alive = alive

    def look(self, *, claim: bool, seize: bool = False) -> Holder | None:
        """Return who controls the run now; None where nobody does.

        `claim` takes a lease that is free, `seize` also one that is held.
        Raises OSError where the folder can't be read; a lease that can't be written is
        only looked at.
        """
        if claim or seize:
            try:
                with self._locked("r+b") as file:
                    return self._settle(file, seize=seize)
            except PermissionError:
                pass  # Somebody else's folder: nothing can be steered, but who steers is known.
        try:
            with self._locked("rb") as file:
                return self._held(file)
        except FileNotFoundError:
            return None

    def leave(self) -> None:
        """Free the lease, if this board holds it."""
        with self._locked("r+b") as file:
            held = self._held(file)
            if held is not None and held.token == self.me.token:
                file.truncate(0)

    def _settle(self, file: IO[bytes], *, seize: bool) -> Holder:
        """Return the holder: this board where the lease was its own, free or is seized."""
        now, held = self._clock(), self._held(file)
        if held is not None and held.token == self.me.token:
            if now - held.beat < BEAT_S:
                return held
            renewed = replace(held, beat=now)
        elif seize or held is None:
            renewed = replace(self.me, since=now, beat=now)
        else:
            return held
        file.seek(0)
        file.truncate()
        file.write(msgspec.json.encode(renewed))
        return renewed

    def _is_free(self, held: Holder) -> bool:
        """Whether a lease has run out, or its board's process on this machine is gone."""
        if self._clock() - held.beat > LEASE_S:
            return True
        return held.host == self.me.host and not self._alive(held.pid)

    def _held(self, file: IO[bytes]) -> Holder | None:
        """Return who holds a lease that has not run out."""
        file.seek(0)
        try:
            held = msgspec.json.decode(file.read(), type=Holder)
        except msgspec.MsgspecError:
            # Nobody's, or torn when its writer was killed: a holder writes it anew.
            return None
        return None if self._is_free(held) else held

    @contextmanager
    def _locked(self, mode: str) -> Iterator[IO[bytes]]:
        if mode == "r+b":
            self._path.touch()
        with self._path.open(mode) as file:
            fcntl.flock(file, fcntl.LOCK_EX if "+" in mode else fcntl.LOCK_SH)
            yield file


def is_alive(pid: int) -> bool:
    """Whether a process of this machine exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        # It exists but is somebody else's.
        return True
    return True
