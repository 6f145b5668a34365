"""How the board is left, and what it answers."""

import os
import signal
from pathlib import Path

import pytest
from tests.tui.board import FakeEngine, opened
from tests.tui.canned import CannedRun, empty

from fie_engine import events as e
from fie_tui.screens.ask import Ask
from fie_tui.screens.board import BoardScreen


@pytest.fixture
def run(tmp_path: Path) -> CannedRun:
    return empty(tmp_path)


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (("q", "enter"), "detach"),
        (("q", "k"), "detach"),
        (("q", "s"), "stop"),
        (("q", "down", "enter"), "stop"),
        (("ctrl+c", "enter"), "detach"),
        (("ctrl+c", "ctrl+c"), "detach"),
        (("question_mark", "ctrl+q"), "detach"),
    ],
)
async def test_leaving_a_search_in_this_program_asks_once(
    run: CannedRun, keys: tuple[str, ...], answer: str
) -> None:
    async with opened(run, engine=FakeEngine()) as board:
        for key in keys:
            await board.pilot.press(key)
        assert board.app.return_value == answer


@pytest.mark.parametrize("key", ["c", "escape"])
async def test_leaving_can_be_called_off(run: CannedRun, key: str) -> None:
    async with opened(run, engine=FakeEngine()) as board:
        await board.press("q")
        assert isinstance(board.app.screen, Ask)
        await board.press(key)
        assert isinstance(board.app.screen, BoardScreen)
        assert board.app.return_value is None


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_an_attached_board_closes_at_once(run: CannedRun, key: str) -> None:
    async with opened(run) as board:
        await board.pilot.press(key)
        assert board.app.return_value == "quit"


async def test_a_finished_search_needs_no_question(run: CannedRun) -> None:
    run.add(e.Finished(reason="done"))
    async with opened(run, engine=FakeEngine()) as board:
        await board.pilot.press("q")
        assert board.app.return_value == "quit"


@pytest.mark.parametrize(
    ("number", "answer"), [(signal.SIGHUP, "detach"), (signal.SIGTERM, "stop")]
)
async def test_a_dropped_link_detaches_and_a_request_to_end_stops(
    run: CannedRun, number: signal.Signals, answer: str
) -> None:
    async with opened(run, engine=FakeEngine()) as board:
        os.kill(os.getpid(), number)
        await board.until(lambda: board.app.return_value)
        assert board.app.return_value == answer


async def test_leaving_ends_both_threads(run: CannedRun) -> None:
    async with opened(run) as board:
        feed, reader = board.app._feed, board.app.reader
    assert feed.join(5.0)
    assert reader.join(5.0)
