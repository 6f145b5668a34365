"""What the keys do that lead through a run's past, and those of a person who comes back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from fie_tui.screens.questions_time import moment, taking_control
from fie_tui.screens.write import Written
from fie_tui.told.moments import NoSuchMoment, moment_of, next_moment, previous_moment

if TYPE_CHECKING:
    from fie_tui.screens.board import BoardScreen


def _earlier(board: "BoardScreen") -> None:
    live = board.app.view
    found = previous_moment(live.log, board.app.replay.target or live.last_seq)
    if found is None:
        board.say("earlier: this is the run's first event")
    else:
        board.app.travel(found)


def _later(board: "BoardScreen") -> None:
    found = next_moment(board.app.view.log, board.app.replay.target)
    if found is None:
        _now(board)
    else:
        board.app.travel(found)


def _now(board: "BoardScreen") -> None:
    board.app.travel(0)
    board.say("back to now")


def _moment(board: "BoardScreen") -> None:
    def go(written: Written | None) -> None:
        if written is None or not written.text.strip():
            return
        if written.text.strip() == "now":
            _now(board)
            return
        try:
            board.app.travel(moment_of(board.app.view, written.text))
        except NoSuchMoment as error:
            board.say(f"go to: {error}")

    board.app.push_screen(moment(board.app.view.last_seq), go)


def _since(board: "BoardScreen") -> None:
    if not board.app.visit.tell_since(board.app):
        board.say("since you left: nothing on record, or this is your first visit")


def _control(board: "BoardScreen") -> None:
    def take(answer: str | None) -> None:
        if answer == "take":
            board.app.visit.seize()

    board.app.push_screen(taking_control(board.app.visit.controller), take)


TIME_DEEDS: dict[str, Callable[["BoardScreen"], None]] = {
    "earlier": _earlier,
    "later": _later,
    "moment": _moment,
    "now": _now,
    "since": _since,
    "control": _control,
}
