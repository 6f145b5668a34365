"""One line finds every command by a word and runs it with its arguments."""

from pathlib import Path

import pytest
from tests.tui.board import Board, opened
from tests.tui.canned import CannedRun, searching

from fie_engine import commands as c
from fie_engine import events as e
from fie_tui.screens.ask import Ask
from fie_tui.screens.board import BoardScreen
from fie_tui.screens.command_line import CommandLine


@pytest.fixture
def run(tmp_path: Path) -> CannedRun:
    return searching(tmp_path)


async def said(board: Board, line: str, *keys: str) -> None:
    """Open the line, type, and press keys; Enter when none are given."""
    await board.burst("colon", *line, *(keys or ("enter",)))


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("fork c0013", c.Fork(candidate="c0013")),
        ("fork best", c.Fork(candidate="c0030")),
        ("pin c0003", c.Pin(candidate="c0003")),
        ("hint use larger tiles", c.Hint(text="use larger tiles")),
        ("hint 2 use larger tiles", c.Hint(text="use larger tiles", island=2)),
        ("hint c0012 fuse it", c.Hint(text="fuse it", candidate="c0012")),
        ("hint all 2 warps", c.Hint(text="2 warps")),
        ("direct 1 fuse it", c.Direct(island=1, text="fuse it")),
        ("require no fp64", c.AddConstraint(text="no fp64")),
        ("mute 1", c.Mute(island=1)),
        ("migrate 2", c.Migrate(source=2)),
        ("set slots 4", c.SetSetting(name="slots", value=4)),
        ("set quick_cut null", c.SetSetting(name="quick_cut", value=None)),
        ("budget 20", c.SetSetting(name="fie.budget_usd", value=20)),
        ("budget hours 1.5", c.SetSetting(name="fie.budget_hours", value=1.5)),
        ("budget gpu-seconds none", c.SetSetting(name="fie.budget_gpu_seconds", value=None)),
        ("slots 2", c.SetSetting(name="fie.slots", value=2)),
        ("slots all", c.SetSetting(name="fie.slots", value=None)),
        ("redo", c.Redo()),
        ("pause", c.Pause()),
    ],
)
async def test_a_name_and_its_arguments_run_at_once(
    line: str, command: c.Command, run: CannedRun
) -> None:
    async with opened(run) as board:
        await said(board, line)
        assert isinstance(board.app.screen, BoardScreen)
        assert await board.sent() == [command]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("frok", "no command is called frok: did you mean fork?"),
        ("fork c9941", "this run has no candidate c9941: did you mean c0041?"),
        ("fork zzz", "this run has no candidate zzz; Tab lists them"),
        ("mute 7", "this run has no island 7: its islands are 0 to 3"),
        ("unmute 1", "island 1 is not muted"),
        ("unpin c0012", "c0012 is not pinned"),
        ("ab best", "c0030 can't be timed with itself: name a rival"),
        ("ab best c0012 c0013", "ab takes a candidate and a rival, no more"),
        ("hint 2", "what should the hint say? hint 2 TEXT"),
        ("budget lots", "lots is no amount: a number above 0, or none for no limit"),
        ("budget pounds 3", "the kinds are usd, tokens, gpu-seconds, hours"),
        ("slots 0", "0 is no number of slots: 1 or more, or all for every lease"),
        ("set slots", "slots needs a value: set slots VALUE, for example 4, 0.3 or null"),
        ("goto", "goto needs CANDIDATE: choose a candidate by its name, best or seed"),
        ("panel attic", "no panel is called attic; there are islands, candidates"),
        ("undo c0012", "undo takes nothing after it"),
        ("pause now", "pause takes nothing after it"),
        ("resume", "the search is not paused"),
    ],
)
async def test_an_error_names_the_thing_and_keeps_the_line(
    line: str, told: str, run: CannedRun
) -> None:
    async with opened(run) as board:
        await said(board, line)
        assert isinstance(board.app.screen, CommandLine)
        assert told in board.text
        assert board.app.screen.query_one("#words").value == line  # type: ignore[attr-defined]
        assert run.sent == []


async def test_resume_resumes_and_pause_does_not(run: CannedRun) -> None:
    run.add(e.Paused())
    async with opened(run) as board:
        await said(board, "pause")
        assert "the search is paused already" in board.text
        await board.press("escape")
        await said(board, "resume")
        assert await board.sent() == [c.Resume()]


async def test_a_word_finds_a_command_by_what_it_does(run: CannedRun) -> None:
    async with opened(run) as board:
        await said(board, "submission", "enter")
        assert isinstance(board.app.screen, BoardScreen)
        assert "promote: c0041 failed" in board.lines[-2]


async def test_what_cannot_be_done_now_comes_last_with_the_reason(run: CannedRun) -> None:
    async with opened(run, read_only=True) as board:
        await said(board, "hint", "shift+tab", "shift+tab")
        assert "this board only looks: it was opened read-only" in board.text
        await board.press("home", "enter")
        assert run.sent == []


@pytest.mark.parametrize("line", ["hint x", "set slots 4", "mute 1", "ab c0012", "budget 3"])
async def test_a_read_only_board_takes_no_command_with_arguments(line: str, run: CannedRun) -> None:
    async with opened(run, read_only=True) as board:
        await said(board, line)
        assert "opened read-only" in board.text
        assert run.sent == []


async def test_tab_completes_names_and_candidates(run: CannedRun) -> None:
    async with opened(run) as board:
        await said(board, "for", "tab", *"c001", "tab", "down", "enter")
        assert await board.sent() == [c.Fork(candidate="c0019")]


async def test_enter_on_half_a_name_completes_it_first(run: CannedRun) -> None:
    async with opened(run) as board:
        await said(board, "goto c003", "enter")
        assert board.app.screen.query_one("#words").value == "goto c0039 "  # type: ignore[attr-defined]
        await board.press("enter")
        assert board.app.board.sight.picked == "c0039"


async def test_best_is_the_best_whatever_the_notes_say(run: CannedRun) -> None:
    async with opened(run) as board:
        object.__setattr__(board.app.view.candidates["c0040"].candidate, "note", "as the best did")
        await said(board, "pin best")
        assert await board.sent() == [c.Pin(candidate="c0030")]


async def test_goto_filter_and_panel_move_the_sight(run: CannedRun) -> None:
    async with opened(run) as board:
        await said(board, "goto best")
        assert board.app.board.sight.picked == "c0030"
        await said(board, "filter failed")
        assert board.app.board.sight.wish.words == ("failed",)
        await said(board, "panel log")
        assert board.app.board.sight.focus == "log"


async def test_a_reason_goes_with_the_command_also_through_a_question(run: CannedRun) -> None:
    async with opened(run) as board:
        await said(board, "fork best -- another way")
        await said(board, "retire 1 -- it is stale")
        await board.press("y")
        await said(board, "hint a -- b")
        await board.until(lambda: len(run.sent) == 3)
        assert run.sent == [
            c.Fork(candidate="c0030", reason="another way"),
            c.Retire(island=1, reason="it is stale"),
            c.Hint(text="a -- b"),
        ]


async def test_a_reason_for_what_was_called_off_is_forgotten(run: CannedRun) -> None:
    async with opened(run) as board:
        await said(board, "retire 1 -- it is stale")
        await board.press("escape", "u")
        assert await board.sent() == [c.Undo()]


async def test_what_asks_first_asks_here_too(run: CannedRun) -> None:
    async with opened(run) as board:
        await said(board, "promote best")
        assert isinstance(board.app.screen, Ask)
        assert "Promote c0030" in board.text
        await board.press("escape", "escape")
        await said(board, "retire 1")
        assert "Retire island 1" in board.text
        assert run.sent == []


async def test_escape_does_nothing(run: CannedRun) -> None:
    async with opened(run) as board:
        await said(board, "fork best", "escape")
        assert isinstance(board.app.screen, BoardScreen)
        assert run.sent == []


async def test_hostile_notes_are_shown_as_text(run: CannedRun) -> None:
    run.add(e.Hinted(hint=1, text="x"))
    async with opened(run) as board:
        row = board.app.view.candidates["c0040"]
        object.__setattr__(row.candidate, "note", "[red]\x1b[2J\u202e")
        await said(board, "goto c0040", "tab")
        await board.press("escape")
        await said(board, "goto c004", "end")
        assert "[red]␛[2J" in board.text and "\x1b" not in board.text
