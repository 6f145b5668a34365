"""run.db: the only place with SQL."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from fie_engine.commands import Command
from fie_engine.errors import NewerDatabase, RunError
from fie_engine.events import Event, Recorded
from fie_engine.live import Live
from fie_engine.model import Exchange
from fie_engine.record.codec import decode_command, decode_event, encode

NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "lustre", "gpfs", "beegfs", "fuse.sshfs", "9p", "afs"}
)
"Where SQLite's WAL is unsafe, since it needs shared memory."

APPEND_EVENT = "INSERT INTO events (at, kind, body) VALUES (?, ?, ?)"
EVENTS_AFTER = "SELECT seq, at, kind, body FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
LAST_SEQ = "SELECT COALESCE(MAX(seq), 0) FROM events"
SEND_COMMAND = "INSERT INTO commands (at, kind, body) VALUES (?, ?, ?)"
OPEN_COMMANDS = "SELECT id, kind, body FROM commands WHERE taken = 0 ORDER BY id"
TAKE_COMMAND = "UPDATE commands SET taken = 1 WHERE id = ?"
COMMAND_TAKEN = "SELECT taken FROM commands WHERE id = ?"
VOID_COMMANDS = "UPDATE commands SET taken = 1 WHERE taken = 0"
SAVE_EXCHANGE = "INSERT INTO exchanges (proposal, candidate, body) VALUES (?, ?, ?)"
EXCHANGE_OF = "SELECT body FROM exchanges WHERE candidate = ? ORDER BY id DESC LIMIT 1"
EXCHANGE_IN = "SELECT body FROM exchanges WHERE proposal = ? ORDER BY id DESC LIMIT 1"
SAVE_LIVE = "INSERT OR REPLACE INTO live (id, body) VALUES (1, ?)"
READ_LIVE = "SELECT body FROM live WHERE id = 1"


def m001_create(connection: sqlite3.Connection) -> None:
    """Create the tables of the first version."""
    connection.executescript(
        """
        CREATE TABLE events (
            seq INTEGER PRIMARY KEY, at REAL NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
        CREATE TABLE commands (
            id INTEGER PRIMARY KEY, at REAL NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
            taken INTEGER NOT NULL DEFAULT 0);
        CREATE TABLE exchanges (
            id INTEGER PRIMARY KEY, proposal INTEGER NOT NULL, candidate TEXT NOT NULL,
            body TEXT NOT NULL);
        CREATE INDEX exchanges_candidate ON exchanges (candidate);
        CREATE TABLE live (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);
        """
    )


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (m001_create,)
"Each brings the database from version n to n + 1; the version is `user_version`."


class Store:
    """One connection to a run.db; it may change threads, but serves one at a time."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        if not create and not path.exists():
            raise RunError(f"{path} does not exist: not a run directory")
        try:
            self._connection = _connect(path)
            _migrate(self._connection, path, create=create)
        except sqlite3.Error as error:
            raise RunError(f"{path} can't be opened: {error}") from error

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def append(
        self, at: float, events: Sequence[Event], exchange: tuple[int, str, Exchange] | None = None
    ) -> list[Recorded]:
        """Commit events, and a proposal's exchange with them, in one transaction."""
        recorded = []
        with self._connection as connection:
            for event in events:
                row = (at, type(event).__name__, encode(event))
                seq = connection.execute(APPEND_EVENT, row).lastrowid
                assert seq is not None
                recorded.append(Recorded(seq=seq, at=at, event=event))
            if exchange is not None:
                proposal, candidate, words = exchange
                connection.execute(SAVE_EXCHANGE, (proposal, candidate, encode(words)))
        return recorded

    def events(self, after: int, limit: int) -> list[Recorded]:
        """Return events in order, from the first after sequence number `after`."""
        rows = self._connection.execute(EVENTS_AFTER, (after, limit))
        return [
            Recorded(seq=seq, at=at, event=decode_event(kind, body)) for seq, at, kind, body in rows
        ]

    def last_seq(self) -> int:
        """Return the newest event's sequence number; 0 before the first."""
        (seq,) = self._connection.execute(LAST_SEQ).fetchone()
        return int(seq)

    def send(self, at: float, command: Command) -> int:
        """Queue a command for the engine; return its number."""
        with self._connection as connection:
            row = (at, type(command).__name__, encode(command))
            number = connection.execute(SEND_COMMAND, row).lastrowid
        assert number is not None
        return number

    def take_commands(self) -> list[Command]:
        """Return the commands that no engine took yet, and mark them taken."""
        rows = self._connection.execute(OPEN_COMMANDS).fetchall()
        if not rows:
            return []
        with self._connection as connection:
            connection.executemany(TAKE_COMMAND, [(number,) for number, _, _ in rows])
        return [decode_command(kind, body) for _, kind, body in rows]

    def command_taken(self, number: int) -> bool:
        """Whether an engine took the command."""
        row = self._connection.execute(COMMAND_TAKEN, (number,)).fetchone()
        return row is not None and bool(row[0])

    def void_commands(self) -> None:
        """Drop commands that were sent while no engine ran."""
        with self._connection as connection:
            connection.execute(VOID_COMMANDS)

    def exchange(self, candidate: str) -> Exchange | None:
        """Return what was said to the model that made the candidate; None for operators."""
        row = self._connection.execute(EXCHANGE_OF, (candidate,)).fetchone()
        return msgspec.json.decode(row[0], type=Exchange) if row else None

    def reply(self, proposal: int) -> Exchange | None:
        """Return what was said in a proposal, whatever came of it; None where no model was paid."""
        row = self._connection.execute(EXCHANGE_IN, (proposal,)).fetchone()
        return msgspec.json.decode(row[0], type=Exchange) if row else None

    def save_live(self, live: Live) -> None:
        """Overwrite the engine's live state."""
        with self._connection as connection:
            connection.execute(SAVE_LIVE, (encode(live),))

    def live(self) -> Live | None:
        """Return the engine's last live state; None before the first heartbeat."""
        row = self._connection.execute(READ_LIVE).fetchone()
        return msgspec.json.decode(row[0], type=Live) if row else None


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10.0, check_same_thread=False)
    on_network = file_system(path.parent) in NETWORK_FILE_SYSTEMS
    connection.execute(f"PRAGMA journal_mode={'DELETE' if on_network else 'WAL'}")
    connection.execute(f"PRAGMA synchronous={'FULL' if on_network else 'NORMAL'}")
    return connection


def _migrate(connection: sqlite3.Connection, path: Path, *, create: bool) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise NewerDatabase(
            f"{path} has schema version {version}, this fie-tui knows {len(MIGRATIONS)}: "
            "upgrade fie-tui, nothing was changed"
        )
    if version == 0 and not create:
        raise RunError(f"{path} is not a run database")
    for number, step in enumerate(MIGRATIONS[version:], start=version + 1):
        step(connection)
        connection.execute(f"PRAGMA user_version={number}")
        connection.commit()


def file_system(folder: Path) -> str:
    """Return the type of the file system that holds `folder`; empty when unknown."""
    try:
        mounts = Path("/proc/mounts").read_text().splitlines()
    except OSError:
        return ""
    target = os.path.realpath(folder)
    best, kind = "", ""
    for line in mounts:
        point, name = line.split(" ")[1:3]
        inside = target == point or target.startswith(point.rstrip("/") + "/")
        if inside and len(point) > len(best):
            best, kind = point, name
    return kind
