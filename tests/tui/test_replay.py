"""Going back in time: the whole board as it was, nothing steered from there, one key to now."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.tui.board import Board, opened
from tests.tui.canned import CannedRun, searching

from fie_tui.keys.actions import Situation
from fie_tui.keys.keymap import ACTIONS
from fie_tui.screens.write import Write


@pytest.fixture
def run(tmp_path: Path) -> CannedRun:
    return searching(tmp_path, judged=30)


async def at(board: Board, event: int) -> None:
    """Wait until the board shows the run as it was after an event."""
    await board.until(lambda: board.app.board.view.last_seq == event)
    await board.pilot.pause()


async def go(board: Board, moment: str) -> None:
    await board.press("t", *moment.replace(" ", ""), "enter")


async def test_the_board_shows_the_run_as_it_was(run: CannedRun) -> None:
    earlier = CannedRun(run.path, record=run.record[:60], sources=run.sources, running=False)
    async with opened(earlier) as board:
        await board.read_kernel()
        then = board.lines[2:-2]
    async with opened(run) as board:
        await go(board, "60")
        await at(board, 60)
        await board.read_kernel()
        await board.pilot.pause()
        assert board.lines[2:-2] == then
        assert "◀ REPLAY" in board.lines[0]
        assert f"event 60 of {len(run.record)}" in board.lines[0]


async def test_comma_and_dot_step_through_what_mattered(run: CannedRun) -> None:
    async with opened(run) as board:
        seqs = [line.seq for line in board.app.view.log if line.glyph != "·"]
        for back in (1, 2, 3):
            await board.press("comma")
            await at(board, [seq for seq in seqs if seq < len(run.record)][-back])
        await board.press("full_stop")
        await at(board, [seq for seq in seqs if seq < len(run.record)][-2])


async def test_a_step_beyond_the_last_event_is_back_at_now(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("comma")
        await at(board, board.app.replay.target)
        for _ in range(3):
            await board.press("full_stop")
        assert board.app.replay.target == 0
        assert "REPLAY" not in board.lines[0]


async def test_one_key_leads_back_to_now(run: CannedRun) -> None:
    async with opened(run) as board:
        now = board.lines[2:-2]
        await go(board, "20")
        await at(board, 20)
        await board.press("0")
        assert board.lines[2:-2] == now
        assert "back to now" in board.lines[-2]


async def test_the_search_goes_on_while_the_past_is_shown(run: CannedRun) -> None:
    async with opened(run) as board:
        await go(board, "20")
        await at(board, 20)
        run.add(*(one.event for one in searching(run.path, judged=32).record[len(run.record) :]))
        await board.caught_up()
        assert f"event 20 of {len(run.record)}" in board.lines[0]


async def test_no_key_steers_from_the_past(run: CannedRun) -> None:
    async with opened(run) as board:
        steering = [
            action
            for action in ACTIONS
            if "read-only" in action.refusal(_read_only(board))
            and action.keys
            and action.id != "control"
        ]
        assert {"pause", "fork", "promote", "stop", "hint", "edit"} <= {one.id for one in steering}
        await go(board, "60")
        await at(board, 60)
        for action in steering:
            await board.press(action.keys[0])
            assert "this is the past, event 60 of" in board.lines[-2], action.id
            assert len(board.app.screen_stack) == 2
        assert run.sent == []


def _read_only(board: Board) -> Situation:
    return replace(board.app.board.situation, read_only=True)


async def test_the_hints_of_the_past_are_about_time(run: CannedRun) -> None:
    async with opened(run, size=(80, 24)) as board:
        assert "earlier" not in board.lines[-1]
        await board.press("comma")
        await at(board, board.app.replay.target)
        assert board.lines[-1].startswith(" , earlier  . later  t go to  0 now")
        assert "pause" not in board.lines[-1]


async def test_a_moment_that_does_not_exist_is_said_so(run: CannedRun) -> None:
    async with opened(run) as board:
        await go(board, "9999")
        assert f"no event 9999: the record holds events 1 to {len(run.record)}" in board.lines[-2]
        assert board.app.replay.target == 0
        await board.press("t")
        assert isinstance(board.app.screen, Write)
        await board.press("escape")


async def test_a_candidate_names_the_moment_of_its_verdict(run: CannedRun) -> None:
    async with opened(run) as board:
        await go(board, "c0007")
        await at(board, board.app.replay.target)
        assert board.app.board.view.last_judged == "c0007"


async def test_the_first_step_back_from_the_first_event_says_so(run: CannedRun) -> None:
    async with opened(run) as board:
        await go(board, "1")
        await at(board, 1)
        await board.press("comma")
        assert "this is the run's first event" in board.lines[-2]


async def test_the_command_line_goes_to_a_moment(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("colon", *"at", "space", *"20", "enter")
        await at(board, 20)
        await board.press("colon", *"mute", "space", "1", "enter")
        assert run.sent == []
        await board.press("escape", "colon", *"now", "enter")
        assert board.app.replay.target == 0


async def test_a_record_that_cannot_be_read_leaves_the_board_at_now(run: CannedRun) -> None:
    async with opened(run) as board:
        run.failure = OSError("disk gone")
        await go(board, "20")
        await board.until(lambda: board.app.replay.target == 0)
        assert "REPLAY" not in board.lines[0]
        await board.until(lambda: "disk gone" in board.text or board.app.tick())
