"""Has two candidates timed in turns, changes limits, and takes kernels elsewhere."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fie_engine import commands as c
from fie_engine.config.adjustable import read_value
from fie_engine.config.inforce import in_force
from fie_engine.events_steering import Scalar
from fie_engine.exchange.kernels import export_file
from fie_engine.money.budget import LIMITS, PREFIX
from fie_engine.view.rows import CandidateRow, CandidateState
from fie_engine.view.run import RunView
from fie_tui.screens import questions_work as questions
from fie_tui.screens.write import Written
from fie_tui.session.aside import aside
from fie_tui.told.costs import limit_lines

if TYPE_CHECKING:
    from fie_tui.screens.board import BoardScreen


def ab_pair(view: RunView, chosen: str, marks: tuple[str, ...]) -> tuple[str, ...]:
    """Return the two to time in turns: two marked, a marked and the chosen, or it and the best.

    Fewer than two where there are no such two; a mark on one that failed is no help here.
    """
    timed = [name for name in marks if view.candidates[name].state is CandidateState.PASSED]
    names = timed[-2:] if len(timed) > 1 else (chosen, *(timed or (view.best_candidate,)))
    return tuple(dict.fromkeys(name for name in names if name))


def _redo(board: "BoardScreen") -> None:
    board.app.command(c.Redo(), "redo asked: what was taken back last is done again…")


def _ab(board: "BoardScreen") -> None:
    chosen = board.shown
    assert chosen is not None, "the action's refusal asks for a candidate"
    pair = ab_pair(board.view, chosen.candidate.id, board.sight.marks)
    if len(pair) < 2:
        mark = board.keys.shown("mark")
        board.say(f"A/B: {pair[0]} is the best itself: mark another with {mark}, then again")
    else:
        marked = [name for name in pair if name in board.sight.marks]
        why = {2: "the two that are marked", 1: "the chosen and the marked one"}
        told = why.get(len(marked), "the chosen and the best")
        ask_ab(board, *(board.view.candidates[name] for name in pair), why=told)


def ask_ab(board: "BoardScreen", row: CandidateRow, rival: CandidateRow, *, why: str = "") -> None:
    """Ask, then have two candidates timed in turns; `why`: why it is these two."""
    for one in (row, rival):
        if one.state is not CandidateState.PASSED:
            told = "failed" if one.state is CandidateState.FAILED else "isn't judged yet"
            board.say(f"A/B: {one.candidate.id} {told}: only candidates that passed are timed")
            return
    name, other = row.candidate.id, rival.candidate.id

    def time(answer: str | None) -> None:
        if answer == "ab":
            words = f"A/B asked: {name} and {other} in turns, on the next free lease…"
            board.app.command(c.Retime(candidate=name, rival=other), words)

    board.app.push_screen(questions.timing(row, rival, why), time)


def _budget(board: "BoardScreen") -> None:
    money = board.view.money
    starts = ["" if limit is None else f"{limit:g}" for limit in map(money.budget.of, LIMITS)]

    def change(written: Written | None) -> None:
        if written is not None and written.text.strip() != starts[written.purpose]:
            set_limit(board, LIMITS[written.purpose], written.text.strip())

    lines = limit_lines(money, board.app.clock())
    board.app.push_screen(questions.budgeting(lines, starts), change)


def set_limit(board: "BoardScreen", name: str, amount: str) -> None:
    """Ask for another limit; an empty one is none."""
    value = read_value(amount or "null")
    words = f"budget asked: {amount or 'no limit of'} {name.replace('_', '-')}…"
    board.app.command(c.SetSetting(name=f"{PREFIX}{name}", value=value), words)


def settings_now(board: "BoardScreen") -> dict[str, Scalar]:
    """Return what may change while the search goes on, with the values of now."""
    return in_force(board.app.run_directory.path, board.view.steered.settings)


def _slots(board: "BoardScreen") -> None:
    slots = settings_now(board).get("fie.slots")
    now = "" if slots is None else str(slots)

    def change(written: Written | None) -> None:
        if written is not None and written.text.strip() != now:
            set_slots(board, written.text.strip())

    board.app.push_screen(questions.slotting(now), change)


def set_slots(board: "BoardScreen", count: str) -> None:
    """Ask for another number of slots; an empty one is one for each lease."""
    words = f"slots asked: {count or 'one for each lease'}…"
    board.app.command(c.SetSetting(name="fie.slots", value=read_value(count or "null")), words)


def _export(board: "BoardScreen") -> None:
    row = board.shown
    assert row is not None, "the action's refusal asks for a candidate"
    if board.app.is_web:
        board.say("export: files are written from a terminal only")
        return

    def choose(answer: str | None) -> None:
        if answer is not None and answer != "cancel":
            _place(board, row.candidate.id, answer)

    board.app.push_screen(questions.exporting(row.candidate.id, board.app.run_name), choose)


def _place(board: "BoardScreen", name: str, what: str) -> None:
    run = board.app.run_name
    here = Path.cwd()
    paths = {
        "kernel": here / f"{run}-{name}.py",
        "solution": here / f"{run}-{name}.json",
        "checkpoint": here,
    }
    said = {"kernel": f"the kernel of {name}", "solution": f"the solution.json of {name}"}

    def export(written: Written | None) -> None:
        if written is not None and written.text.strip():
            write_out(board, what, name, Path(written.text.strip()).expanduser())

    told = said.get(what, "the folder checkpoint_N")
    board.app.push_screen(questions.placing(told, str(paths[what])), export)


def write_out(board: "BoardScreen", what: str, name: str, target: Path) -> None:
    """Write a kernel, a solution or a checkpoint, beside the board's own work."""
    run = board.app.run_directory.path

    def work() -> str:
        if what == "checkpoint":
            return f"checkpoint written to {_checkpoint(run, target)}"
        return f"{what} of {name} written to {export_file(run, name, what, target)}"

    board.say(f"export: writing {what} to {target}…")
    aside(board.app, "export", work)


def _checkpoint(run: Path, target: Path) -> Path:
    # Heavy, and hardly ever needed.
    from fie_engine.exchange.outgoing import export_run
    from fie_engine.record.rundir import RunDirectory

    return export_run(RunDirectory(run), target)


WORK_DEEDS: dict[str, Callable[["BoardScreen"], None]] = {
    "redo": _redo,
    "ab": _ab,
    "export": _export,
    "budget": _budget,
    "slots": _slots,
}
