"""The board's cost in a real pseudo-terminal: bytes, CPU time, latencies, against the budgets.

Run: python tests/bench/bench_tui.py --output FILE
"""

import argparse
import fcntl
import json
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from platform import platform, processor, python_version

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), *(str(ROOT / part) for part in ("tui", "engine", "evaluator"))]

from tests.bench.growing import Grower  # noqa: E402

CHILD = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from fie_engine.rundir import RunDirectory
from fie_tui.app import BoardApp
BoardApp(RunDirectory(Path({run!r})), engine=None).run()
"""
QUIET_S = 0.5
"The terminal counts as painted when nothing came for this long."


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure beside its budget."""

    figure: str
    value: float
    unit: str
    budget: float | None

    @property
    def within(self) -> bool | None:
        """Whether the budget holds; None where there is none."""
        return None if self.budget is None else self.value <= self.budget


class Terminal:
    """A board in a pseudo-terminal whose bytes and CPU time are counted."""

    def __init__(self, run: Path, columns: int, rows: int) -> None:
        paths = [str(ROOT / part) for part in ("tui", "engine", "evaluator")]
        code = CHILD.format(paths=paths, run=str(run))
        self.started = time.monotonic()
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execv(sys.executable, [sys.executable, "-c", code])
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = psutil.Process(self.pid)
        self.received = 0
        self.last_words = b""

    def read(self, timeout_s: float) -> bytes:
        """Return what the board writes within a time; answers nothing, as a dumb pipe would."""
        ready, _, _ = select.select([self._master], [], [], timeout_s)
        if not ready:
            return b""
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return b""
        self.received += len(data)
        self.last_words = (self.last_words + data)[-200_000:]
        return data

    def until(self, words: bytes, limit_s: float = 30.0) -> float:
        """Return the seconds from the start until the board has written `words`."""
        while words not in self.last_words:
            self.read(0.05)
            if time.monotonic() - self.started > limit_s:
                raise TimeoutError(f"{words!r} never came: {self.last_words[-2000:]!r}")
        return time.monotonic() - self.started

    def drain(self) -> None:
        """Read until the board is quiet."""
        while self.read(QUIET_S):
            pass

    def listen(self, seconds: float) -> tuple[float, float]:
        """Return bytes a second and percent of a core over some seconds."""
        bytes_before, cpu_before = self.received, self._cpu_s()
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)
        return (self.received - bytes_before) / seconds, (
            self._cpu_s() - cpu_before
        ) / seconds * 100

    def press(self, key: bytes, limit_s: float = 2.0) -> float:
        """Return the milliseconds from a key to the first byte after it."""
        began = time.monotonic()
        os.write(self._master, key)
        self.read(limit_s)
        return (time.monotonic() - began) * 1000

    def quit(self) -> float:
        """Press q and return the seconds until the process has ended."""
        began = time.monotonic()
        os.write(self._master, b"q")
        while True:
            self.read(0.02)
            pid, _ = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self._master)
                return time.monotonic() - began
            if time.monotonic() - began > 10:
                os.kill(self.pid, signal.SIGKILL)

    def memory_mib(self) -> float:
        """Return the resident memory."""
        return float(self.process.memory_info().rss) / 2**20

    def _cpu_s(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)


def measure(folder: Path, seconds: float) -> list[Row]:
    """Measure everything on a run of 60 candidates at 120x40."""
    rows: list[Row] = []

    def add(figure: str, value: float, unit: str, budget: float | None) -> None:
        rows.append(Row(figure=figure, value=round(value, 3), unit=unit, budget=budget))

    path = folder / "steady"
    writer = Grower(path, 60)
    terminal = Terminal(path, 120, 40)
    add("first paint", terminal.until(b"Islands"), "s", 1.0)
    terminal.until(b"c0059")
    terminal.drain()
    writer.pause()
    time.sleep(2)
    terminal.drain()
    idle_bytes, idle_cpu = terminal.listen(seconds)
    add("paused, bytes", idle_bytes, "B/s", 0.0)
    add("paused, CPU", idle_cpu, "% of a core", 0.5)
    idle_keys = [_press(terminal, i) for i in range(60)]
    add("key to first byte, idle, p50", statistics.median(idle_keys), "ms", None)
    add("key to first byte, idle, p95", _p95(idle_keys), "ms", 30.0)
    writer.work(1.0)
    terminal.listen(3)
    steady_bytes, steady_cpu = terminal.listen(seconds)
    add("steady at 1 Hz, bytes", steady_bytes, "B/s", 5000.0)
    add("steady at 1 Hz, CPU", steady_cpu, "% of a core", 2.5)
    writer.work(0.02)
    busy_bytes, busy_cpu = terminal.listen(seconds)
    add("50 candidates a second, bytes", busy_bytes, "B/s", 40000.0)
    add("50 candidates a second, CPU", busy_cpu, "% of a core", 15.0)
    busy_keys = [_press(terminal, i) for i in range(60)]
    add("key to first byte, busy, p95", _p95(busy_keys), "ms", 60.0)
    writer.close()
    terminal.drain()
    add("memory", terminal.memory_mib(), "MiB", 60.0)
    add("quit", terminal.quit(), "s", 0.6)
    rows += measure_attach(folder)
    return rows


def measure_attach(folder: Path) -> list[Row]:
    """Measure opening a board on a long record."""
    path = folder / "long"
    writer = Grower(path, 5000)
    writer.close()
    terminal = Terminal(path, 120, 40)
    attached = terminal.until(b"c4999")
    terminal.drain()
    memory = terminal.memory_mib()
    terminal.quit()
    return [
        Row(figure="attach to 20,000 events", value=round(attached, 3), unit="s", budget=1.5),
        Row(figure="memory at 20,000 events", value=round(memory, 1), unit="MiB", budget=None),
    ]


def _press(terminal: Terminal, number: int) -> float:
    """Move up and down in the list; wait between keys as a person would."""
    latency = terminal.press(b"j" if number % 20 < 10 else b"k")
    end = time.monotonic() + 0.12
    while (left := end - time.monotonic()) > 0:
        terminal.read(left)
    return latency


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def report(rows: list[Row]) -> dict[str, object]:
    """Return the result as the other benches write theirs."""
    missed = [row.figure for row in rows if row.within is False]
    return {
        "name": "tui",
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "device": f"{processor() or platform()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f} at the end",
        "versions": {"python": python_version(), "textual": version("textual")},
        "command": " ".join(["python", *sys.argv]),
        "rows": [asdict(row) | {"within": row.within} for row in rows],
        "summary": f"{len(rows) - len(missed)} of {len(rows)} figures within budget"
        + (f"; over: {', '.join(missed)}" if missed else ""),
    }


def main() -> None:
    """Measure, print a table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each listening")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(Path(folder), options.seconds)
    for row in rows:
        budget = "" if row.budget is None else f"budget {row.budget:g}"
        verdict = {True: "ok", False: "OVER", None: ""}[row.within]
        print(f"{row.figure:34} {row.value:>10g} {row.unit:<12} {budget:<16} {verdict}")
    result = report(rows)
    print(result["summary"])
    options.output.write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
