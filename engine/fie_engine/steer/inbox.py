"""The run's inbox: a kernel file saved there becomes a candidate."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from watchfiles import awatch

LARGEST_BYTES = 4_000_000

QUIET_S = 0.2
"A file that did not change for so long counts as written to its end."

LOOK_MS = 1000
"Longest time between two looks, for file systems that tell of no change."

Signature = tuple[int, int]
"A file's time of change, nanoseconds, and its size."


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file that was saved in the inbox."""

    name: str
    source: str = ""
    "Empty where there is a problem."
    problem: str = ""
    is_old: bool = False
    "It lay there when the engine began: it may have been taken in before."


class Inbox:
    """Tells which files were saved since it last looked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._growing: dict[Path, Signature] = {}
        self._read: dict[Path, Signature] = {}
        self._texts: dict[Path, str] = {}
        self._old = set(self._signatures())

    @property
    def unsettled(self) -> bool:
        """Whether a file may still be being written."""
        return bool(self._growing)

    def look(self) -> list[Arrival]:
        """Return the files that are new or changed, and didn't change since the last look."""
        now = self._signatures()
        changed = {path: sign for path, sign in now.items() if self._read.get(path) != sign}
        settled = [path for path, sign in changed.items() if self._growing.get(path) == sign]
        self._growing = {path: sign for path, sign in changed.items() if path not in settled}
        self._read = {path: sign for path, sign in self._read.items() if path in now}
        self._read |= {path: now[path] for path in settled}
        arrivals = [self._arrival(path) for path in settled]
        return [arrival for arrival in arrivals if arrival is not None]

    def _signatures(self) -> dict[Path, Signature]:
        found = {}
        for path in sorted(self._folder.glob("*.py")):
            try:
                status = path.stat()
            except OSError:
                continue
            if path.is_file() and status.st_size and not path.name.startswith((".", "#")):
                found[path] = (status.st_mtime_ns, status.st_size)
        return found

    def _arrival(self, path: Path) -> Arrival | None:
        """Return what was saved; None for the same text once more, or a file that is gone."""
        is_old = path in self._old
        self._old.discard(path)
        try:
            if path.stat().st_size > LARGEST_BYTES:
                return Arrival(name=path.name, problem="is too large for a kernel", is_old=is_old)
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return Arrival(name=path.name, problem="is no UTF-8 text", is_old=is_old)
        except FileNotFoundError:
            return None
        except OSError as error:
            problem = f"can't be read: {error.strerror}"
            return Arrival(name=path.name, problem=problem, is_old=is_old)
        if self._texts.get(path) == text:
            return None
        self._texts[path] = text
        return Arrival(name=path.name, source=text, is_old=is_old)


async def watch_inbox(folder: Path, take_in: Callable[[Arrival], None]) -> None:
    """Pass on each kernel file that is saved in the folder, until cancelled."""
    inbox = Inbox(folder)
    await _pass_on(inbox, take_in)
    changes = awatch(folder, recursive=False, rust_timeout=LOOK_MS, yield_on_timeout=True)
    async for _ in changes:
        await _pass_on(inbox, take_in)


async def _pass_on(inbox: Inbox, take_in: Callable[[Arrival], None]) -> None:
    while True:
        for arrival in inbox.look():
            take_in(arrival)
        if not inbox.unsettled:
            return
        await asyncio.sleep(QUIET_S)
