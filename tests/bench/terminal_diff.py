"""How long a 600-line kernel's diff takes to be on screen, plain and in colours."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.terminal_board import SIZE, Row, row
from tests.tui.canned import CannedRun, candidate, empty, passed

from fie_engine import events as e
from fie_tui.app import BoardApp
from fie_tui.messages import KernelText

LINES, KERNELS = 600, 12


def measured(folder: Path) -> Iterator[Row]:
    """Yield the medians over a dozen kernels, none seen before."""
    plain, coloured = asyncio.run(_walk(folder / "diffs"))
    yield row("diff_plain_ms", statistics.median(plain), "ms", 80.0)
    yield row("diff_coloured_ms", statistics.median(coloured), "ms", 400.0)


async def _walk(path: Path) -> tuple[list[float], list[float]]:
    """Choose one kernel after the other; return the milliseconds to each kind of paint."""
    plain: list[float] = []
    coloured: list[float] = []
    run = _run(path)
    board = BoardApp(run, engine=None, clock=lambda: run.now)
    async with board.run_test(size=SIZE) as pilot:
        while board.view.last_seq < len(run.record) or board.loading:
            await pilot.pause(0.02)
        for number in range(1, KERNELS + 1):
            watch = _Watch(board, f"c{number:04d}")
            board.board.pick(watch.candidate)
            await asyncio.wait_for(watch.coloured.wait(), 30)
            plain.append(watch.plain_ms)
            coloured.append(watch.coloured_ms)
            await pilot.pause(0.1)
    return plain, coloured


class _Watch:
    """Notes when a candidate's diff was painted."""

    def __init__(self, board: BoardApp, name: str) -> None:
        self.candidate = name
        self.coloured = asyncio.Event()
        self.plain_ms = self.coloured_ms = 0.0
        self._board = board
        self._since = time.perf_counter()
        self._take = type(board.board).take_kernel.__get__(board.board)
        board.board.take_kernel = self._taken  # type: ignore[method-assign]

    def _taken(self, text: KernelText) -> None:
        self._take(text)
        if text.candidate == self.candidate and text.diff is not None:
            coloured = any(line.pieces for line in text.diff.lines)
            self._board.board.call_after_refresh(self._painted, coloured)

    def _painted(self, coloured: bool) -> None:
        taken_ms = (time.perf_counter() - self._since) * 1000
        if not coloured:
            self.plain_ms = self.plain_ms or taken_ms
        elif not self.coloured.is_set():
            self.coloured_ms = taken_ms
            self.coloured.set()


def _run(path: Path) -> CannedRun:
    path.mkdir(parents=True, exist_ok=True)
    run = empty(path)
    run.sources["c0000"] = _kernel(0)
    for number in range(1, KERNELS + 1):
        name = f"c{number:04d}"
        run.sources[name] = _kernel(number)
        made: Any = candidate(number, f"c{number - 1:04d}", 0)
        run.add(
            e.Proposed(proposal=number, candidate=made),
            e.Evaluated(candidate=name, evaluation=passed(1.0), score=1.0, noise=0.01),
        )
    return run


def _kernel(number: int) -> str:
    """Return a kernel of which every tenth line differs from the last one's."""
    lines = [
        f"    acc_{i} = tl.dot(a_{i}, b_{i}, acc_{i - 1})  # step {number if i % 10 == 0 else 0}"
        for i in range(LINES)
    ]
    return "\n".join(lines) + "\n"
