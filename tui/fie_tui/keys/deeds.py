"""What each action of the table does to the board or asks of the engine."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from fie_engine import commands as c
from fie_engine.model import RunState
from fie_engine.view.rows import CandidateRow
from fie_tui.keys.deeds_diff import DIFF_DEEDS, diff
from fie_tui.keys.deeds_look import LOOK_DEEDS
from fie_tui.keys.deeds_panels import PANEL_DEEDS
from fie_tui.keys.deeds_steering import COURSE_DEEDS
from fie_tui.keys.deeds_time import TIME_DEEDS
from fie_tui.keys.deeds_work import WORK_DEEDS
from fie_tui.looks.plan import NUMBERED, PANELS
from fie_tui.screens import questions
from fie_tui.screens.help import Help

if TYPE_CHECKING:
    from fie_tui.screens.board import BoardScreen

END = 10**9
"Further than any list is long."


def act(board: "BoardScreen", name: str, key: str = "") -> None:
    """Do what an action says; whether it may be done was asked before."""
    if name == "panel":
        board.focus_panel(NUMBERED[int(key) - 1])
    else:
        DEEDS[name](board)


def _chosen(board: "BoardScreen") -> CandidateRow:
    shown = board.shown
    assert shown is not None, "the action's refusal asks for a candidate"
    return shown


def _pause(board: "BoardScreen") -> None:
    if board.app.pausing:
        board.app.command(c.Resume(), "resume asked…")
    else:
        words = "pause asked: nothing new starts, work in flight lands…"
        board.app.command(c.Pause(), words)


def _fork(board: "BoardScreen") -> None:
    name = _chosen(board).candidate.id
    board.app.command(c.Fork(candidate=name), f"fork asked: a new island founded by {name}…")


def _pin(board: "BoardScreen") -> None:
    row = _chosen(board)
    name = row.candidate.id
    if row.pinned:
        board.app.command(c.Unpin(candidate=name), f"unpin {name} asked…")
    else:
        board.app.command(c.Pin(candidate=name), f"pin {name} asked…")


def _undo(board: "BoardScreen") -> None:
    board.app.command(c.Undo(), "undo asked: the newest act that still stands is taken back…")


def _promote(board: "BoardScreen") -> None:
    row, created = _chosen(board), board.view.created
    assert created is not None, "a candidate exists, so the run was created"
    name = row.candidate.id

    def promote(answer: str | None) -> None:
        if answer == "promote":
            board.app.command(c.Promote(candidate=name), f"promoting {name}: official judging…")

    searching = board.view.state is RunState.RUNNING
    board.app.push_screen(questions.promoting(row, created, searching=searching), promote)


def _stop(board: "BoardScreen") -> None:
    def stop(answer: str | None) -> None:
        if answer == "stop":
            board.app.command(c.Stop(), "stop asked…")

    board.app.push_screen(questions.stopping(board.app.run_name), stop)


def _help(board: "BoardScreen") -> None:
    board.app.push_screen(Help(board.keys))


def _sort(board: "BoardScreen") -> None:
    board.sight = replace(board.sight, wish=board.sight.wish.reordered())
    board.repaint()


def _zoom(board: "BoardScreen") -> None:
    board.sight = replace(board.sight, zoomed=not board.sight.zoomed)
    board.rearrange()


def _open(board: "BoardScreen") -> None:
    if board.sight.focus == "candidates":
        shown = board.shown
        if shown is not None:
            board.pick(shown.candidate.id)
        board.focus_panel("diff")
    else:
        _pick(board, board.focused_panel.open())


def _move(board: "BoardScreen", step: int) -> None:
    """Move in the focused panel; what it chooses is chosen before the next key is read."""
    _pick(board, board.focused_panel.move(step))


def _pick(board: "BoardScreen", candidate: str) -> None:
    if candidate:
        board.pick(candidate)


def _half_page(board: "BoardScreen") -> int:
    return max(1, board.focused_panel.page // 2)


def _command(board: "BoardScreen") -> None:
    # The screen reads what every action does, so it can't be imported before they are known.
    from fie_tui.screens.command_line import CommandLine

    board.app.push_screen(CommandLine(board), lambda deed: deed() if deed else None)


def _step_panel(board: "BoardScreen", step: int) -> None:
    at = PANELS.index(board.sight.focus)
    board.focus_panel(PANELS[(at + step) % len(PANELS)])


DEEDS: dict[str, Callable[["BoardScreen"], None]] = {
    "pause": _pause,
    "fork": _fork,
    "pin": _pin,
    "promote": _promote,
    "undo": _undo,
    "stop": _stop,
    **COURSE_DEEDS,
    **WORK_DEEDS,
    "diff": diff,
    "filter": lambda board: board.open_filter(),
    "sort": _sort,
    "zoom": _zoom,
    "down": lambda board: _move(board, 1),
    "up": lambda board: _move(board, -1),
    "page_down": lambda board: _move(board, _half_page(board)),
    "page_up": lambda board: _move(board, -_half_page(board)),
    "first": lambda board: _move(board, -END),
    "last": lambda board: _move(board, END),
    "open": _open,
    "back": lambda board: board.back(),
    "next_panel": lambda board: _step_panel(board, 1),
    "previous_panel": lambda board: _step_panel(board, -1),
    "command": _command,
    "help": _help,
    "leave": lambda board: board.app.leave(),
    **DIFF_DEEDS,
    **LOOK_DEEDS,
    **TIME_DEEDS,
    **PANEL_DEEDS,
}
