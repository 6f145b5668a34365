"""A/B, budget, slots, export and redo from the board."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.tui.board import Board, opened
from tests.tui.canned import CannedRun, searching
from textual.widgets import Input

from fie_engine import commands as c
from fie_engine import events as e
from fie_tui.screens.ask import Ask
from fie_tui.screens.board import BoardScreen


@pytest.fixture
def run(tmp_path: Path) -> CannedRun:
    return searching(tmp_path)


async def test_a_times_the_chosen_and_the_best_after_saying_what_that_does(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("down", "down", "a")
        assert isinstance(board.app.screen, Ask)
        assert "A/B c0039 and c0030" in board.text
        assert "c0030 3.794x ±0.034: the chosen" in board.text
        assert "The verdict is a ratio with its interval." in board.text
        await board.press("y")
        assert await board.sent() == [c.Retime(candidate="c0039", rival="c0030")]
        assert "A/B asked: c0039 and c0030 in turns" in board.lines[-2]


async def test_a_times_the_two_that_are_marked(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("down", "down", "space", "down", "space", "down", "a", "y")
        assert await board.sent() == [c.Retime(candidate="c0039", rival="c0038")]


async def test_a_times_the_chosen_and_the_one_that_is_marked(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("down", "down", "space", "down", "a", "enter")
        assert await board.sent() == [c.Retime(candidate="c0038", rival="c0039")]


async def test_a_passes_over_a_mark_on_one_that_failed(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("space", "down", "down", "a", "y")
        assert board.app.board.sight.marks == ("c0041",)
        assert await board.sent() == [c.Retime(candidate="c0039", rival="c0030")]


async def test_a_says_what_is_missing(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("a")
        assert "A/B: c0041 failed: only candidates that passed are timed" in board.lines[-2]
        board.app.board.pick("c0030")
        await board.press("a")
        assert "A/B: c0030 is the best itself: mark another with Space" in board.lines[-2]
        run.running = False
        run.add(e.EngineStopped(state="finished", reason="done"))
        await board.until(lambda: not board.app.engine_at_work)
        await board.press("a")
        assert "use `fie-tui ab RUN CANDIDATE RIVAL`" in board.lines[-2]
        assert run.sent == []


async def test_the_verdict_of_an_ab_stands_in_the_event_line_and_about_the_candidate(
    run: CannedRun,
) -> None:
    asked = e.Challenged(
        candidate="c0039", rival="c0030", reason="asked for", asked=True, author="ada"
    )
    run.add(asked, e.RetimingStarted(candidate="c0039", rival="c0030"))
    async with opened(run) as board:
        await board.press("down", "down")
        assert "c0039 to be timed in turns with c0030: asked for, by ada" in board.lines[-2]
        both = [board.app.view.candidates[name].evaluation for name in ("c0039", "c0030")]
        assert both[0] is not None and both[1] is not None
        run.add(
            e.Retimed(
                candidate="c0039",
                rival="c0030",
                evaluation=replace(both[0], rival=both[1].results),
                verdict="slower",
                score=2.7,
                noise=0.01,
                rival_score=3.8,
                rival_noise=0.01,
                ratio=2.7 / 3.8,
                ratio_noise=0.014,
                asked=True,
            )
        )
        await board.caught_up()
        verdict = "c0039 slower than c0030 in turns: 2.700x against 3.800x, -28.9% ±1.4%"
        assert f"⇆ {verdict}" in board.lines[-2]
        assert "timed in turns with c0030: -28.9% ±1.4%" in board.text
        assert board.app.view.marks[-1].text == "A/B c0039 c0030"


async def test_a_verdict_that_makes_a_new_best_says_against_whom(run: CannedRun) -> None:
    async with opened(run) as board:
        found = board.app.view.candidates["c0039"].evaluation
        assert found is not None
        run.add(
            e.Challenged(candidate="c0039", rival="c0030", reason="asked for", asked=True),
            e.Retimed(
                candidate="c0039",
                rival="c0030",
                evaluation=replace(found, rival=found.results),
                verdict="faster",
                score=4.2,
                rival_score=3.8,
                ratio=4.2 / 3.8,
                ratio_noise=0.02,
                asked=True,
            ),
            e.Improved(candidate="c0039", score=4.2, previous=3.8),
        )
        await board.caught_up()
        told = "4.200x against 3.800x, +10.5% ±2.0%: the new best"
        assert f"★ c0039 faster than c0030 in turns: {told}" in board.lines[-2]


async def test_the_budget_starts_from_what_it_is(run: CannedRun) -> None:
    run.add(e.SettingChanged(name="fie.budget_hours", value=4, previous=None))
    async with opened(run) as board:
        await board.press("A", "tab", "tab", "tab")
        assert "› hours of searching: 4 hours, 0.05" in board.text
        await board.press("backspace", "6", "enter")
        assert await board.sent() == [c.SetSetting(name="fie.budget_hours", value=6)]


async def test_an_empty_budget_is_no_limit_and_the_same_one_is_no_change(run: CannedRun) -> None:
    run.add(e.SettingChanged(name="fie.budget_usd", value=20, previous=None))
    async with opened(run) as board:
        await board.press("A", "enter")
        assert isinstance(board.app.screen, BoardScreen)
        await board.press("A", "backspace", "backspace", "enter")
        assert await board.sent() == [c.SetSetting(name="fie.budget_usd", value=None)]


async def test_the_slots_start_from_what_they_are(run: CannedRun) -> None:
    run.add(e.SettingChanged(name="fie.slots", value=3, previous=None))
    async with opened(run) as board:
        await board.press("number_sign", "backspace", "2", "enter")
        assert await board.sent() == [c.SetSetting(name="fie.slots", value=2)]


async def test_setting_shows_the_values_of_now(run: CannedRun) -> None:
    (run.path / "run.toml").write_text("[fie]\nwaiting_limit = 5\n")
    run.add(e.SettingChanged(name="fie.retime", value=False, previous=True))
    async with opened(run) as board:
        await board.press("equals_sign")
        for told in ("waiting_limit=5", "retime=false", "slots=–"):
            assert told in board.text


async def test_capital_u_does_again_what_was_taken_back(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("U")
        assert await board.sent() == [c.Redo()]


async def test_capital_e_writes_a_kernel_where_the_person_says(
    run: CannedRun, tmp_path: Path
) -> None:
    folder = run.path / "candidates" / "c0039"
    folder.mkdir(parents=True)
    (folder / "kernel.py").write_text("x = 1\n")
    target = tmp_path / "out" / "mine.py"
    async with opened(run) as board:
        assert f"kernel of c0039 written to {target}" in await exported(board, target)
        assert target.read_text() == "x = 1\n"
        target.write_text("mine\n")
        assert f"export: {target} is there already: give another" in await exported(board, target)
        assert target.read_text() == "mine\n"
    assert run.sent == []


async def exported(board: Board, target: Path) -> str:
    """Export c0039's kernel to a path; return what the board said of it."""
    board.app.board.pick("c0039")
    await board.press("E", "k")
    line = board.app.screen.query_one(Input)
    assert line.value == str(Path.cwd() / "moe-mini-1-c0039.py")
    line.value = str(target)
    await board.press("enter")
    await board.until(lambda: "writing" not in board.app.board.scene().local)
    return board.app.board.scene().local


async def test_a_failed_export_says_why(run: CannedRun, tmp_path: Path) -> None:
    async with opened(run) as board:
        board.app.board.pick("c0039")
        await board.press("E", "s", "enter")
        await board.until(lambda: "c0039 has no solution.json" in board.app.board.scene().local)
        assert board.app.board.scene().local.startswith("export: ")
