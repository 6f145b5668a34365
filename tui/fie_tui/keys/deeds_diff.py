"""What the keys of the diff do."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from fie_engine import commands as c
from fie_engine.view.rows import CandidateRow, CandidateState
from fie_tui.diff.comparing import Against, DiffLook, marked_pair
from fie_tui.diff.drop import note_of, without_hunk
from fie_tui.screens.questions_diff import dropping
from fie_tui.widgets.diff import KernelDiff

if TYPE_CHECKING:
    from fie_tui.screens.board import BoardScreen

NO_REPLY = "no model is answering now: a reply shows here as it streams in"


def diff(board: "BoardScreen") -> None:
    """Show what the chosen candidate changed in its parent."""
    _show(board, "parent")


def _show(board: "BoardScreen", against: Against) -> None:
    board.sight = board.sight.compared(against)
    board.focus_panel("diff")


def _compare(board: "BoardScreen") -> None:
    chosen = board.shown
    if board.sight.look.against == "marked":
        diff(board)
    elif chosen is None or marked_pair(chosen.candidate.id, board.sight.marks) is None:
        mark = board.keys.shown("mark")
        board.say(f"compare: mark two candidates with {mark}, or one and choose another")
    else:
        _show(board, "marked")


def _since_seed(board: "BoardScreen") -> None:
    _show(board, "parent" if board.sight.look.against == "seed" else "seed")


def _watch(board: "BoardScreen") -> None:
    _look(board, replace(board.sight.look, blame=False))
    _show(board, "live")
    board.pick("")
    if board.app.live is None or not board.app.live.replies:
        board.say(NO_REPLY)


def _mark(board: "BoardScreen") -> None:
    chosen = board.shown
    if chosen is not None:
        board.sight = board.sight.mark_toggled(chosen.candidate.id)
        board.repaint()


def _sides(board: "BoardScreen") -> None:
    _look(board, replace(board.sight.look, sides=not board.sight.look.sides))
    board.focus_panel("diff")


def _blame(board: "BoardScreen") -> None:
    _look(board, replace(board.sight.look, blame=not board.sight.look.blame))
    board.focus_panel("diff")


def _look(board: "BoardScreen", look: DiffLook) -> None:
    board.sight = replace(board.sight, look=look)


def _step_hunk(board: "BoardScreen", step: int) -> None:
    board.sight = replace(board.sight, workload="")
    board.focus_panel("diff")
    board.query_one(KernelDiff).step_hunk(step)


def _drop_hunk(board: "BoardScreen") -> None:
    """Ask, then have the engine judge the kernel without the hunk that was gone to."""
    kernel, hunk = board.desk.kernel, board.query_one(KernelDiff).hunk
    row = board.view.candidates.get(kernel.candidate) if kernel else None
    if kernel is None or row is None or not hunk:
        step = board.keys.shown("next_hunk")
        board.say(f"drop hunk: go to a hunk of a candidate first, with {step}")
        return
    dropped = without_hunk(kernel.before, kernel.after, hunk)
    refusal = _unjudged(row) or dropped.refusal
    if refusal:
        board.say(f"drop hunk: {refusal}")
        return
    name = row.candidate.id
    note = note_of(name, kernel.parent, (*row.candidate.parents, "")[0], hunk)

    def drop(answer: str | None) -> None:
        if answer == "drop":
            command = c.Inject(source=dropped.source, parent=name, note=note)
            board.app.command(command, f"asked to judge {name} {note.partition(' of ')[0]}…")

    board.app.push_screen(dropping(row, kernel.parent, hunk), drop)


def _unjudged(row: CandidateRow) -> str:
    """Return why a candidate can have no children; empty when it can."""
    if row.state is CandidateState.PASSED:
        return ""
    told = "failed" if row.state is CandidateState.FAILED else "isn't judged yet"
    return f"{row.candidate.id} {told}: there is nothing to compare with"


DIFF_DEEDS: dict[str, Callable[["BoardScreen"], None]] = {
    "next_hunk": lambda board: _step_hunk(board, 1),
    "previous_hunk": lambda board: _step_hunk(board, -1),
    "sides": _sides,
    "blame": _blame,
    "mark": _mark,
    "compare": _compare,
    "seed_diff": _since_seed,
    "watch": _watch,
    "drop_hunk": _drop_hunk,
}
