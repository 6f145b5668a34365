"""Other terminal programs in the same sitting, as far as they are installed."""

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from tests.bench.terminal import Terminal, p50, p95
from tests.bench.terminal_board import SIZE, Row

GROWTH_S = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A program, and what to press in it."""

    package: str
    program: str
    words: tuple[str, ...]
    there: bytes
    back: bytes
    does: str


PEERS = (
    Peer(
        package="harlequin",
        program="harlequin",
        words=("--no-download-tzdata",),
        there=b"a",
        back=b"\x7f",
        does="idle; keys type and erase in its editor",
    ),
    Peer(
        package="posting",
        program="posting",
        words=("--collection", "{folder}"),
        there=b"\t",
        back=b"\x1b[Z",
        does="idle; keys move the focus",
    ),
    Peer(
        package="toolong",
        program="tl",
        words=("{folder}/growing.log",),
        there=b"j",
        back=b"k",
        does="follows a log of 4 lines/s; keys move the line",
    ),
)


def measured(root: Path, seconds: float) -> Iterator[Row]:
    """Yield a row for each peer; a virtual environment of its name lies under `root`."""
    for peer in PEERS:
        program = root / peer.package / "bin" / peer.program
        if not program.exists():
            yield {"part": "peer", "program": peer.package, "missing": f"not in {root}"}
            continue
        with tempfile.TemporaryDirectory() as folder, _growing_log(Path(folder)):
            yield _measured(peer, program, folder, seconds)


def _measured(peer: Peer, program: Path, folder: str, seconds: float) -> Row:
    words = [word.format(folder=folder) for word in peer.words]
    environment = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": folder}
    environment["PATH"] = os.environ["PATH"]
    terminal = Terminal([str(program), *words], environment, SIZE)
    while terminal.received < 4000 and time.monotonic() - terminal.started < 30:
        terminal.read(0.05)
    if terminal.received < 4000:
        _end(terminal)
        return {"part": "peer", "program": peer.package, "missing": "it painted nothing"}
    first_s = time.monotonic() - terminal.started
    painted_s = terminal.drain(limit_s=8.0)
    rate = terminal.listen(seconds)
    keys = terminal.latencies(peer.there, peer.back, count=40)
    family = [terminal.process, *terminal.process.children(recursive=True)]
    memory_mib = sum(one.memory_info().rss for one in family) / 2**20
    _end(terminal)
    return {
        "part": "peer",
        "program": peer.package,
        "does": peer.does,
        "first_bytes_s": round(first_s, 3),
        "painted_s": round(painted_s, 3),
        "Bps": round(rate.bytes_per_s, 1),
        "cpu_pct": round(rate.cpu_pct, 2),
        "key_p50_ms": round(p50(keys), 2),
        "key_p95_ms": round(p95(keys), 2),
        "rss_mib": round(memory_mib, 1),
    }


def _end(terminal: Terminal) -> None:
    children = terminal.process.children(recursive=True)
    terminal.kill()
    for child in children:
        if child.is_running():
            child.kill()
    psutil.wait_procs(children, timeout=5)
    terminal.hang_up()


@contextmanager
def _growing_log(folder: Path) -> Iterator[None]:
    """Write four lines a second into a log."""
    ended = threading.Event()
    path = folder / "growing.log"
    path.write_text("".join(f"2026-01-01 00:00:00 line {i}\n" for i in range(1000)))

    def write() -> None:
        number = 1000
        while not ended.wait(GROWTH_S):
            with path.open("a") as file:
                file.write(f"2026-01-01 00:00:00 line {number}\n")
            number += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
