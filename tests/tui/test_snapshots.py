"""How the board looks, in pictures to compare by eye when they change."""

from pathlib import Path
from typing import Any

import pytest
from tests.tui.board import Board, FakeEngine
from tests.tui.canned import CannedRun, empty, searching
from tests.tui.canned_cockpit import cockpit
from tests.tui.canned_gpu import on_a_gpu
from textual.pilot import Pilot

from fie_engine import events as e
from fie_tui.app import BoardApp

SIZES = [(80, 24), (160, 48)]


def board_of(run: CannedRun, engine: FakeEngine | None = None) -> BoardApp:
    """Return a board at a frozen time."""
    return BoardApp(run, engine=engine, clock=lambda: run.now + 0.5)


def settled(run: CannedRun, *keys: str) -> Any:
    """Return what brings a board to rest, with some keys pressed on the way."""

    async def settle(pilot: Pilot[Any]) -> None:
        app = pilot.app
        assert isinstance(app, BoardApp)
        board = Board(app, pilot, run)
        await board.caught_up()
        await board.press(*keys)
        await board.read_kernel()
        app.tick()
        await pilot.pause()

    return settle


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x48"])
def test_searching(snap_compare: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    run = searching(tmp_path)
    assert snap_compare(
        board_of(run), terminal_size=size, run_before=settled(run, "down", "down", "down")
    )


@pytest.mark.parametrize("size", SIZES, ids=["80x24", "160x48"])
def test_on_a_gpu(snap_compare: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    run = on_a_gpu(tmp_path)
    assert snap_compare(board_of(run), terminal_size=size, run_before=settled(run, "down"))


def test_everything_at_once(snap_compare: Any, tmp_path: Path) -> None:
    run = cockpit(tmp_path)
    assert snap_compare(
        board_of(run), terminal_size=(200, 60), run_before=settled(run, "down", "down")
    )


def test_empty(snap_compare: Any, tmp_path: Path) -> None:
    run = empty(tmp_path)
    assert snap_compare(board_of(run), terminal_size=(80, 24), run_before=settled(run))


def test_finished_with_a_pin_and_a_zoomed_trend(snap_compare: Any, tmp_path: Path) -> None:
    run = searching(tmp_path)
    run.add(e.Pinned(candidate="c0030", reason=""), e.Finished(reason="60 iterations are used"))
    assert snap_compare(board_of(run), terminal_size=(160, 48), run_before=settled(run, "8", "z"))


def test_the_question_before_a_promotion(snap_compare: Any, tmp_path: Path) -> None:
    run = searching(tmp_path)
    assert snap_compare(
        board_of(run, FakeEngine()),
        terminal_size=(80, 24),
        run_before=settled(run, "down", "P"),
    )
