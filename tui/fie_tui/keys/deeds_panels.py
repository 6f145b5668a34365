"""Goes to panels by their letters, and moves the borders between panels."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from fie_tui.looks.plan import LETTERED, resized
from fie_tui.looks.splits import Direction, Splits

if TYPE_CHECKING:
    from fie_tui.screens.board import BoardScreen


def _focus(board: "BoardScreen", panel: str) -> None:
    board.focus_panel(panel)


def _resize(board: "BoardScreen", direction: Direction, steps: int) -> None:
    sight, size = board.sight, board.app.size
    panel = sight.focus
    splits = resized(sight.splits, size.width, size.height, panel, direction, steps)
    if sight.zoomed or splits is None:
        board.say(f"{panel} has no border to move there")
        return
    board.sight = replace(sight, splits=splits)
    board.rearrange()


def _even(board: "BoardScreen") -> None:
    board.sight = replace(board.sight, splits=Splits())
    board.rearrange()


def _turn(board: "BoardScreen") -> None:
    board.sight = replace(board.sight, wish=board.sight.wish.turned())
    board.repaint()


PANEL_DEEDS: dict[str, Callable[["BoardScreen"], None]] = {
    **{f"panel_{name}": partial(_focus, panel=name) for name in LETTERED},
    "turn": _turn,
    "wider": partial(_resize, direction="columns", steps=1),
    "narrower": partial(_resize, direction="columns", steps=-1),
    "taller": partial(_resize, direction="rows", steps=1),
    "shorter": partial(_resize, direction="rows", steps=-1),
    "even": _even,
}
