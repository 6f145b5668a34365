"""Every key does what the table of actions says."""

from pathlib import Path

import pytest
from tests.tui.board import FakeEngine, opened
from tests.tui.canned import CannedRun, searching

from fie_engine import commands as c
from fie_engine import events as e
from fie_tui.looks.plan import KEYS
from fie_tui.screens.ask import Ask
from fie_tui.screens.board import BoardScreen
from fie_tui.screens.command_line import CommandLine
from fie_tui.screens.help import Help

PICK_PASSED = ("down", "down")
"From the newest judged, c0041, to c0039, which passed."


@pytest.fixture
def run(tmp_path: Path) -> CannedRun:
    return searching(tmp_path)


async def test_p_pauses_and_wakes_the_engine(run: CannedRun) -> None:
    engine = FakeEngine()
    async with opened(run, engine=engine) as board:
        await board.press("p")
        assert await board.sent() == [c.Pause()]
        await board.until(lambda: engine.wakings == 1)
        assert "pause asked" in board.lines[-2]


async def test_p_resumes_a_paused_search(run: CannedRun) -> None:
    run.add(e.Paused(reason=""))
    async with opened(run) as board:
        assert "resume" in board.lines[-1]
        await board.press("p")
        assert await board.sent() == [c.Resume()]


async def test_a_second_p_resumes_before_the_engine_has_answered(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("p", "p")
        await board.until(lambda: len(run.sent) == 2)
        assert run.sent == [c.Pause(), c.Resume()]


async def test_f_forks_the_chosen_candidate(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press(*PICK_PASSED, "f")
        assert await board.sent() == [c.Fork(candidate="c0039")]


async def test_m_pins_and_unpins(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press(*PICK_PASSED, "m")
        assert await board.sent() == [c.Pin(candidate="c0039")]
        run.add(e.Pinned(candidate="c0039", reason=""))
        await board.caught_up()
        assert "m unpin" in board.lines[-1]
        await board.press("m")
        await board.until(lambda: len(run.sent) == 2)
        assert run.sent[1] == c.Unpin(candidate="c0039")


async def test_capital_p_asks_first_and_then_promotes(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press(*PICK_PASSED, "P")
        assert isinstance(board.app.screen, Ask)
        assert "judged again from scratch" in board.text
        await board.press("enter")
        assert await board.sent() == [c.Promote(candidate="c0039")]


async def test_keys_typed_faster_than_the_board_settles_mean_the_chosen_candidate(
    run: CannedRun,
) -> None:
    async with opened(run) as board:
        board.app.board.act("last")
        board.app.board.act("promote")
        await board.pilot.pause()
        assert "Promote c0000" in board.text


async def test_an_event_takes_the_place_of_the_boards_own_words(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press(*PICK_PASSED, "m")
        assert "pin c0039 asked" in board.lines[-2]
        run.add(e.Pinned(candidate="c0039", reason=""))
        await board.caught_up()
        assert "¶ pinned c0039" in board.lines[-2]


@pytest.mark.parametrize("key", ["escape", "c"])
async def test_a_promotion_can_be_called_off(run: CannedRun, key: str) -> None:
    async with opened(run) as board:
        await board.press(*PICK_PASSED, "P", key)
        assert isinstance(board.app.screen, BoardScreen)
        await board.press("u")
        assert await board.sent() == [c.Undo()]


async def test_u_asks_to_undo(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("u")
        assert await board.sent() == [c.Undo()]


async def test_capital_s_stops_after_a_question_whose_default_is_no(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("S", "enter", "S", "s")
        assert await board.sent() == [c.Stop()]


async def test_steering_a_failed_candidate_is_refused_with_the_reason(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("f")
        assert "c0041 failed" in board.lines[-2]
        assert run.sent == []


async def test_a_read_only_board_sends_nothing(run: CannedRun) -> None:
    async with opened(run, read_only=True) as board:
        await board.press(*PICK_PASSED, "p", "f", "m", "P", "u", "S")
        assert isinstance(board.app.screen, BoardScreen)
        assert "read-only" in board.lines[-2]
        assert run.sent == []
        assert "pause" not in board.lines[-1]


async def test_without_an_engine_the_board_says_how_to_promote(run: CannedRun) -> None:
    run.add(e.Finished(reason="done"), e.EngineStopped(state="finished", reason="done"))
    run.running = False
    async with opened(run) as board:
        await board.press(*PICK_PASSED, "P")
        assert "fie-tui promote RUN CANDIDATE" in board.lines[-2]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_number_focuses_its_panel(run: CannedRun, size: tuple[int, int]) -> None:
    async with opened(run, size=size) as board:
        for name, key in KEYS.items():
            await board.press({"$": "dollar_sign"}.get(key, key))
            assert board.app.board.sight.focus == name
            assert f"[{key} " in board.text


async def test_tab_and_brackets_cycle_through_the_panels(run: CannedRun) -> None:
    async with opened(run) as board:
        seen = []
        for key in ("tab", "right_square_bracket", "shift+tab", "left_square_bracket"):
            await board.press(key)
            seen.append(board.app.board.sight.focus)
        assert seen == ["workloads", "profile", "workloads", "candidates"]


async def test_d_shows_the_diff(run: CannedRun) -> None:
    async with opened(run, size=(80, 24)) as board:
        await board.press(*PICK_PASSED, "d")
        await board.read_kernel()
        assert "[5 Diff]" in board.text
        assert "c0039 +2 −2" in board.text
        assert "- BLOCK = 128" in board.text


async def test_z_gives_a_panel_the_screen_and_takes_it_back(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("7", "z")
        assert "[7 Log]" in board.text
        assert "Islands" not in board.text
        await board.press("z")
        assert "Islands" in board.text


async def test_slash_filters_as_typed_and_enter_keeps_it(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("slash", *"failed")
        rows = board.app.board.scene().rows
        assert {row.state for row in rows} == {"failed"}
        await board.press("enter")
        assert not board.app.board.filtering
        assert f"/ failed  {len(rows)} of 43" in board.text
        await board.press("p")
        assert await board.sent() == [c.Pause()]


async def test_escape_leaves_filter_zoom_and_choice_one_by_one(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("slash", *"ok", "enter", "down", "z")
        await board.press("escape")
        assert not board.app.board.sight.zoomed
        assert board.app.board.sight.picked
        await board.press("escape")
        assert not board.app.board.sight.picked
        assert board.app.board.sight.wish.words == ("ok",)
        await board.press("escape")
        assert board.app.board.sight.wish.words == ()


async def test_escape_in_the_filter_drops_it(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("slash", *"ok", "escape")
        assert not board.app.board.filtering
        assert board.app.board.sight.wish.words == ()


async def test_o_changes_the_order(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("o")
        scores = [row.score for row in board.app.board.scene().rows]
        assert scores == sorted(scores, reverse=True)
        await board.press("o", "o", "o")
        islands = [row.candidate.island for row in board.app.board.scene().rows]
        assert islands == sorted(islands)
        await board.press("o", "o")
        assert board.app.board.scene().rows[0].candidate.id == "c0042"


async def test_movement_chooses_candidates(run: CannedRun) -> None:
    chosen = []
    async with opened(run) as board:
        for key in ("j", "down", "k", "up", "G", "g", "end", "home", "pagedown", "pageup"):
            await board.press(key)
            shown = board.app.board.shown
            chosen.append(shown.candidate.id if shown else "")
    page = [chosen[8]]
    assert chosen == [
        *("c0040", "c0039", "c0040", "c0041"),
        *("c0000", "c0042", "c0000", "c0042"),
        *page,
        "c0042",
    ]
    assert page != ["c0042"]


async def test_ctrl_d_and_ctrl_u_scroll_the_diff(run: CannedRun) -> None:
    async with opened(run, size=(80, 24)) as board:
        await board.press("end", "d")
        await board.read_kernel()
        assert board.app.board.focused_panel.top == 0
        await board.press("ctrl+d")
        assert board.app.board.focused_panel.top > 0
        await board.press("ctrl+u")
        assert board.app.board.focused_panel.top == 0


async def test_enter_on_a_candidate_opens_its_diff(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("down", "enter")
        assert board.app.board.sight.focus == "diff"
        assert board.app.board.sight.picked


async def test_enter_on_an_island_lists_its_candidates(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("1", "down", "enter")
        assert {row.candidate.island for row in board.app.board.scene().rows} == {1}
        assert board.app.board.sight.focus == "candidates"


async def test_enter_on_a_log_line_chooses_its_candidate(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("7", "up", "up", "enter")
        shown = board.app.board.shown
        assert shown is not None
        assert shown.candidate.id == "c0041"
        assert board.app.board.sight.picked


async def test_question_mark_shows_help_and_escape_closes_it(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("question_mark")
        assert isinstance(board.app.screen, Help)
        assert "Keys and signs" in board.text
        await board.press("j", "k", "escape")
        assert isinstance(board.app.screen, BoardScreen)


@pytest.mark.parametrize("key", ["colon", "ctrl+p"])
async def test_the_command_line_takes_an_action_by_name(run: CannedRun, key: str) -> None:
    async with opened(run) as board:
        await board.press(key)
        assert isinstance(board.app.screen, CommandLine)
        await board.press(*"paus", "enter")
        assert isinstance(board.app.screen, BoardScreen)
        assert await board.sent() == [c.Pause()]


async def test_s_writes_the_screen_into_the_run_directory(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("s")
        (picture,) = run.path.glob("screen-*.svg")
        assert "moe-mini" in picture.read_text()
        assert picture.name in board.lines[-2]


async def test_a_screenshot_that_cannot_be_written_is_said(run: CannedRun) -> None:
    run.path = run.path / "missing"
    async with opened(run) as board:
        await board.press("s")
        assert "screenshot not written" in board.lines[-2]
