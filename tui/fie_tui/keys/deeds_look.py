"""Takes kernels along from the board, and changes its theme."""

import difflib
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from fie_engine.view.rows import CandidateRow
from fie_evaluator.errors import FieError
from fie_tui.looks.picture import picture_of
from fie_tui.screens.ask import CANCEL, Answer, Ask
from fie_tui.screens.inspector import Inspector

if TYPE_CHECKING:
    from fie_tui.app import BoardApp
    from fie_tui.screens.board import BoardScreen

CLIP = "clip.txt"
"The file in the run's folder that holds what was copied last."

STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\ud800-\udfff]")
"What a shell would take for keys when it is pasted."


def _copy(board: "BoardScreen") -> None:
    row = board.shown
    assert row is not None, "the action's refusal asks for a candidate"

    def copy(answer: str | None) -> None:
        if answer in TEXTS:
            board.say(copied(board.app, f"{answer} of {row.candidate.id}", TEXTS[answer], row))

    answers = [
        Answer(id="kernel", key="k", label="its kernel"),
        Answer(id="diff", key="d", label="what it changed in its parent's kernel"),
        Answer(id="name", key="n", label="its name"),
        CANCEL,
    ]
    board.app.push_screen(Ask(f"Copy from {row.candidate.id}", [], answers), copy)


def _inspect(board: "BoardScreen") -> None:
    row = board.shown
    assert row is not None, "the action's refusal asks for a candidate"
    exchange = board.app.run_directory.exchange(row.candidate.id)
    if exchange is None:
        board.say(f"no prompt is on record for {row.candidate.id}")
    else:
        board.app.push_screen(Inspector(row.candidate.id, exchange))


def copied(
    app: "BoardApp",
    what: str,
    text_of: Callable[["BoardApp", CandidateRow], str],
    row: CandidateRow,
) -> str:
    """Put a text on the clipboard and into the run's folder; return what to say about it."""
    if app.is_web:
        return "copy from a page with the browser's own means"
    try:
        text = STEERING.sub("\ufffd", text_of(app, row))
    except (FieError, OSError, UnicodeDecodeError) as error:
        return f"not copied: {error}"
    sent = app.dress.copy(text)
    path = app.run_directory.path / CLIP
    try:
        path.write_text(text)
    except OSError as error:
        return f"{what} on the clipboard only: {error}" if sent else f"not copied: {error}"
    if not sent:
        return f"{what} is too long for a clipboard: it is in {path}"
    return f"{what} on the clipboard where the terminal allows it, and in {path}"


def _kernel(app: "BoardApp", row: CandidateRow) -> str:
    return app.run_directory.source(row.candidate.id)


def _diff(app: "BoardApp", row: CandidateRow) -> str:
    after, parents = _kernel(app, row), row.candidate.parents
    if not parents:
        return after
    before = app.run_directory.source(parents[0])
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), parents[0], row.candidate.id, lineterm=""
    )
    return "\n".join(lines) + "\n"


def _save_picture(board: "BoardScreen") -> None:
    """Write the screen as SVG into the run's folder; a page's viewer has no say there."""
    app = board.app
    if app.is_web:
        board.say("a screenshot is written from a terminal only")
        return
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(app.clock()))
    path = app.run_directory.path / f"screen-{stamp}.svg"
    try:
        path.write_text(picture_of(app), encoding="utf-8")
    except OSError as error:
        board.say(f"screenshot not written: {error}")
    else:
        board.say(f"screenshot {path.name} written to {path.parent}")


TEXTS: dict[str, Callable[["BoardApp", CandidateRow], str]] = {
    "kernel": _kernel,
    "diff": _diff,
    "name": lambda app, row: row.candidate.id,
}

LOOK_DEEDS: dict[str, Callable[["BoardScreen"], None]] = {
    "copy": _copy,
    "inspect": _inspect,
    "screenshot": _save_picture,
    "theme": lambda board: board.say(board.app.dress.next_theme()),
}
