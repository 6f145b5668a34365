"""The candidates' list: its columns, its filter's words, and how it is ordered."""

from pathlib import Path

import pytest
from tests.tui.board import Board, opened
from tests.tui.canned import searching
from tests.tui.canned_cockpit import cockpit


def head(board: Board) -> list[str]:
    """Return the titles of the columns."""
    line = next(line for line in board.lines if " isl " in line)
    return line.partition("isl ")[2].partition("│")[0].split()


@pytest.mark.parametrize(
    ("size", "more"),
    [
        ((120, 40), []),
        ((170, 48), ["registers", "what", "changed"]),
        ((200, 60), ["registers", "parent", "cost", "gen", "what", "changed"]),
    ],
)
async def test_columns_come_with_the_width(
    tmp_path: Path, size: tuple[int, int], more: list[str]
) -> None:
    async with opened(cockpit(tmp_path), size=size) as board:
        assert head(board)[3:] == more


async def test_a_spill_stands_beside_the_registers(tmp_path: Path) -> None:
    async with opened(cockpit(tmp_path), size=(200, 60)) as board:
        row = next(line for line in board.lines if "  c0029 " in line)
        assert "c0028" in row
        assert " 110 " in row


async def test_a_bad_word_of_the_filter_is_named_while_the_others_hold(tmp_path: Path) -> None:
    async with opened(searching(tmp_path)) as board:
        await board.press("slash", *("minus" if one == "-" else one for one in "best"))
        await board.press("space", "g", "r", "e", "e", "n", "greater_than_sign", "1")
        assert "green is no figure: did you mean gen?" in board.lines[-2]
        await board.press("enter")
        assert "! green is no figure" in board.text
        assert len(board.app.board.scene().rows) == 10
        await board.press("slash")
        assert board.app.board.sight.wish.words == ("best", "green>1")


async def test_the_order_and_its_direction_are_in_the_title(tmp_path: Path) -> None:
    async with opened(searching(tmp_path)) as board:
        await board.press("o", "O")
        assert "slowest · following" in board.text
        await board.press("o")
        assert "gainers · following" in board.text


async def test_workloads_compare_with_the_best_where_there_is_room(tmp_path: Path) -> None:
    async with opened(searching(tmp_path), size=(80, 24)) as board:
        board.app.board.pick("c0038")
        await board.press("3")
        assert "vs parent vs best" in board.text
        assert "▲ ×5.4    ▼ -6.0%" in board.text
        await board.press("2", "down")
        board.app.board.pick("c0040")
        await board.pilot.pause()
        assert "vs best" not in board.text, "its parent is the best"
