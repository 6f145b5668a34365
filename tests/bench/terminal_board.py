"""The board's own figures: painting, idling, working, keys, long records, a growing memory."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.growing import Grower
from tests.bench.terminal import Terminal, p50, p95

ROOT = Path(__file__).resolve().parents[2]
SIZE = (120, 40)
Row = dict[str, Any]

DOWN, UP = b"j", b"k"
FIRST_WORDS, JUDGED = b"Islands", 60


def environment(**more: str) -> dict[str, str]:
    """Return what a person's terminal over SSH would set; COLORTERM isn't forwarded."""
    paths = os.pathsep.join(str(ROOT / part) for part in ("tui", "engine", "evaluator"))
    usual = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    told = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": paths}
    return usual | told | more


def fie_tui(*words: str) -> list[str]:
    """Return the command line of fie-tui."""
    return [sys.executable, "-m", "fie_tui", *words]


def attached(path: Path, *flags: str) -> Terminal:
    """Open the board on a run."""
    return Terminal(fie_tui("attach", str(path), *flags), environment(), SIZE)


def row(figure: str, value: float, unit: str, budget: float | None = None) -> Row:
    """Return one figure beside its budget."""
    rounded = round(value, 3)
    within = None if budget is None else rounded <= budget
    return {
        "part": "board",
        "figure": figure,
        "value": rounded,
        "unit": unit,
        "budget": budget,
        "within": within,
    }


def measured(folder: Path, seconds: float) -> Iterator[Row]:
    """Yield the figures of a board on a run of 60 candidates at 120x40."""
    path = folder / "steady"
    writer = Grower(path, JUDGED)
    terminal = attached(path)
    yield row("first_paint_s", terminal.until(FIRST_WORDS), "s", 1.0)
    terminal.until(b"c0059")
    yield row("painted_s", terminal.drain(), "s")
    yield from _idle(terminal, writer, seconds)
    yield from _working(terminal, writer, seconds)
    writer.pause()
    terminal.drain()
    yield row("rss_mib", terminal.memory_mib(), "MiB", 60.0)
    yield row("quit_s", terminal.quit(b"q"), "s", 0.6)
    yield from _low_bandwidth(path, writer, seconds)
    writer.close()


def _idle(terminal: Terminal, writer: Grower, seconds: float) -> Iterator[Row]:
    writer.pause()
    time.sleep(2)
    terminal.drain()
    idle = terminal.listen(seconds)
    yield row("idle_Bps", idle.bytes_per_s, "B/s", 0.0)
    yield row("idle_cpu_pct", idle.cpu_pct, "% of a core", 0.5)
    keys = terminal.latencies(DOWN, UP)
    yield row("key_p50_ms_idle", p50(keys), "ms")
    yield row("key_p95_ms_idle", p95(keys), "ms", 30.0)


def _working(terminal: Terminal, writer: Grower, seconds: float) -> Iterator[Row]:
    writer.work(1.0)
    terminal.listen(3)
    steady = terminal.listen(seconds)
    yield row("steady_Bps", steady.bytes_per_s, "B/s", 5000.0)
    yield row("steady_cpu_pct", steady.cpu_pct, "% of a core", 2.5)
    writer.work(0.02)
    busy = terminal.listen(seconds)
    yield row("busy_Bps", busy.bytes_per_s, "B/s", 40000.0)
    yield row("busy_cpu_pct", busy.cpu_pct, "% of a core", 15.0)
    keys = terminal.latencies(DOWN, UP)
    yield row("key_p95_ms_busy", p95(keys), "ms", 60.0)


def _low_bandwidth(path: Path, writer: Grower, seconds: float) -> Iterator[Row]:
    terminal = attached(path, "--low-bandwidth")
    terminal.until(FIRST_WORDS)
    terminal.drain()
    writer.work(1.0)
    terminal.listen(5)
    # Whole paints, five seconds apart, count; a shorter ear would hear one more or one less.
    slow = terminal.listen(max(10.0, seconds // 5 * 5))
    yield row("low_bandwidth_Bps", slow.bytes_per_s, "B/s", 2000.0)
    yield row("low_bandwidth_cpu_pct", slow.cpu_pct, "% of a core")
    terminal.quit(b"q")


def long_record(folder: Path, seconds: float) -> Iterator[Row]:
    """Yield the figures of a board on 20,000 events: opening it, and going on from there."""
    path = folder / "long"
    writer = Grower(path, 5000)
    terminal = attached(path)
    yield row("attach_20000_s", terminal.until(b"c4999"), "s", 1.5)
    terminal.drain()
    yield row("rss_mib_20000", terminal.memory_mib(), "MiB")
    writer.work(1.0)
    terminal.listen(3)
    steady = terminal.listen(seconds)
    yield row("steady_20000_Bps", steady.bytes_per_s, "B/s")
    yield row("steady_20000_cpu_pct", steady.cpu_pct, "% of a core", 5.0)
    writer.pause()
    terminal.quit(b"q")
    writer.close()


def long_sitting(folder: Path, minutes: float) -> Iterator[Row]:
    """Yield how a board's memory grows beside a search that judges one candidate a second."""
    path = folder / "sitting"
    writer = Grower(path, JUDGED)
    terminal = attached(path)
    terminal.until(FIRST_WORDS)
    writer.work(1.0)
    terminal.listen(60)
    before = terminal.memory_mib()
    terminal.listen(minutes * 60)
    grown = (terminal.memory_mib() - before) / minutes * 60
    yield row("rss_mib_per_hour", grown, "MiB/h", 1.0) | {"minutes": minutes}
    terminal.quit(b"q")
    writer.close()
