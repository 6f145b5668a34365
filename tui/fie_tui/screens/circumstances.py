"""What decides which actions make sense on a board now."""

from typing import TYPE_CHECKING

from fie_tui.keys.actions import Situation
from fie_tui.widgets.islands import Islands

if TYPE_CHECKING:
    from fie_tui.screens.board import BoardScreen


def situation_of(board: "BoardScreen") -> Situation:
    """Return the situation of what the person looks at."""
    shown, view = board.shown, board.view
    island = island_in_hand(board)
    return Situation(
        state=view.state,
        engine=board.app.engine_at_work,
        read_only=board.app.read_only,
        controller=board.app.visit.controller,
        past=past_told(board),
        events=board.app.view.last_seq,
        chosen=shown,
        promoting=shown is not None and shown.candidate.id in view.promoting,
        island=island,
        rest="" if island is None else view.rest_of(island),
    )


def past_told(board: "BoardScreen") -> str:
    """Say which earlier moment is shown; empty at the live head."""
    target, newest = board.app.replay.target, board.app.view.last_seq
    return f"event {target:,} of {newest:,}" if target else ""


def island_in_hand(board: "BoardScreen") -> int | None:
    """Return the island chosen in its panel while that has the keys, else the candidate's."""
    panel = board.focused_panel
    if isinstance(panel, Islands) and panel.in_hand is not None:
        return panel.in_hand
    mine = None if board.shown is None else board.shown.candidate.island
    return mine if mine is not None and board.view.has_island(mine) else None
