"""Keys that come faster than screens open go where they were meant to."""

from pathlib import Path

import pytest
from tests.tui.board import opened
from tests.tui.canned import CannedRun, searching
from textual.events import Key

from fie_engine import commands as c
from fie_tui.screens.board import BoardScreen


@pytest.fixture
def run(tmp_path: Path) -> CannedRun:
    return searching(tmp_path)


@pytest.mark.parametrize(
    ("keys", "commands"),
    [
        (("a", "y"), [c.Retime(candidate="c0039", rival="c0030")]),
        (("colon", *"fork", "space", *"best", "enter"), [c.Fork(candidate="c0030")]),
        (("colon", *"for", "tab", *"c001", "tab", "enter"), [c.Fork(candidate="c0019")]),
        (("h", *"fuse", "tab", "enter"), [c.Hint(text="fuse", island=0)]),
        (("slash", *"fam", "enter"), []),
        (("question_mark", "escape", "f"), [c.Fork(candidate="c0039")]),
        (("f", "m", "f"), [c.Fork(candidate="c0039"), c.Pin(candidate="c0039"),
                           c.Fork(candidate="c0039")]),
    ],
)  # fmt: skip
async def test_a_burst_of_keys_does_what_the_keys_do_one_by_one(
    keys: tuple[str, ...], commands: list[c.Command], run: CannedRun
) -> None:
    async with opened(run) as board:
        board.app.board.pick("c0039")
        await board.pilot.pause()
        await board.burst(*keys)
        await board.until(lambda: len(run.sent) >= len(commands))
        assert (run.sent, type(board.app.screen)) == (commands, BoardScreen)


async def test_what_is_typed_into_the_filter_at_once_is_its_text(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.burst("slash", *"failed", "enter", "j")
        assert board.app.board.sight.wish.words == ("failed",)


async def test_a_key_that_closed_the_board_is_not_waited_for(run: CannedRun) -> None:
    async with opened(run) as board:
        app = board.app
        key = Key("q", "q")
        key._set_forwarded()
        assert app._is_under_way(key)
    assert not app._is_under_way(key)
