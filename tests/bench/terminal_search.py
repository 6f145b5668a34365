"""A real search in the board's own process: its memory, and links that stall and drop."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from tests.bench.terminal import Terminal, wait_for
from tests.bench.terminal_board import FIRST_WORDS, SIZE, Row, environment, fie_tui, row

from fie_engine import events as e
from fie_engine.record.rundir import RunDirectory

STALL_S = 15.0
LEFTOVER_S = 10.0


def measured(folder: Path) -> Iterator[Row]:
    """Yield the figures of a board with an engine in its process."""
    path = folder / "search"
    words = f"run --track moe-mini --proposer operators --iterations 500 --run-dir {path}"
    terminal = Terminal(fie_tui(*words.split()), environment(), SIZE)
    yield row("first_paint_with_engine_s", terminal.until(FIRST_WORDS), "s")
    terminal.until(b"c0003", limit_s=180)
    terminal.listen(STALL_S)
    run = RunDirectory(path)
    board = psutil.Process(_engine_pid(run))
    yield row("rss_mib_with_engine", board.memory_info().rss / 2**20, "MiB")
    yield from _stalled(terminal, run)
    yield from _dropped(terminal, board, run)
    run.close()


def _stalled(terminal: Terminal, run: RunDirectory) -> Iterator[Row]:
    """Compare what is judged while the terminal reads and while it takes nothing."""
    before = _judged(run)
    terminal.listen(STALL_S)
    reading = _judged(run) - before
    terminal.stall(STALL_S)
    stalled = _judged(run) - before - reading
    told = {"judged_reading": reading, "judged_stalled": stalled}
    yield row("stall_judged_ratio", stalled / max(1, reading), "") | told
    terminal.drain()
    yield row("key_ms_after_stall", terminal.press(b"j"), "ms")


def _dropped(terminal: Terminal, board: psutil.Process, run: RunDirectory) -> Iterator[Row]:
    """Drop the link; the search must go on, and no thread may spin on what is gone."""
    before = _judged(run)
    terminal.hang_up()
    wait_for(lambda: _judged(run) > before)
    used_s = {one.id: one.user_time + one.system_time for one in board.threads()}
    time.sleep(LEFTOVER_S)
    busiest_s = max(
        one.user_time + one.system_time - used_s.get(one.id, 0.0) for one in board.threads()
    )
    yield row("drop_busiest_thread_pct", busiest_s / LEFTOVER_S * 100, "% of a core", 20.0)
    yield row("drop_evaluations_lost", _lost(run), "evaluations", 0.0)
    stop = fie_tui("stop", str(run.path))
    subprocess.run(stop, env=environment(), check=True, capture_output=True)
    os.waitpid(terminal.pid, 0)
    psutil.wait_procs([board], timeout=30)


def _engine_pid(run: RunDirectory) -> int:
    """Return the process that holds engine and board."""
    return next(one.event.pid for one in run.events() if isinstance(one.event, e.EngineStarted))


def _judged(run: RunDirectory) -> int:
    return sum(isinstance(one.event, e.Evaluated) for one in run.events(limit=100_000))


def _lost(run: RunDirectory) -> int:
    return sum(isinstance(one.event, e.EvaluationLost) for one in run.events(limit=100_000))
