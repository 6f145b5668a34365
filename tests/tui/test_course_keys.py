"""The keys by which a person tells the search where to go."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.tui.board import Board, opened
from tests.tui.canned import CannedRun, created, searching

from fie_engine import commands as c
from fie_engine import events as e
from fie_tui.keys.editor import Draft
from fie_tui.keys.hand import Hand
from fie_tui.screens.board import BoardScreen

PASSED = ("down", "down")
"From the newest judged, c0041, which failed, to c0039, which passed."

HOME = 0
"The island of c0039."


@pytest.fixture
def run(tmp_path: Path) -> CannedRun:
    return searching(tmp_path)


async def typed(board: Board, text: str) -> None:
    """Type a line and send it."""
    await board.press(*[{" ": "space", "_": "underscore"}.get(key, key) for key in text], "enter")


@pytest.mark.parametrize(
    ("steps", "command"),
    [
        ((), c.Hint(text="use fp8")),
        (("tab",), c.Hint(text="use fp8", island=HOME)),
        (("tab", "tab"), c.Hint(text="use fp8", candidate="c0039")),
        (("shift+tab",), c.Hint(text="use fp8", candidate="c0039")),
    ],
)
async def test_h_says_something_to_whom_tab_names(
    steps: tuple[str, ...], command: c.Command, run: CannedRun
) -> None:
    async with opened(run) as board:
        await board.press(*PASSED, "h", *steps)
        assert "prompts for children of c0039" in board.text
        await typed(board, "use fp8")
        assert await board.sent() == [command]
        assert isinstance(board.app.screen, BoardScreen)


@pytest.mark.parametrize("key", ["h", "D"])
async def test_words_say_when_no_model_is_there_to_read_them(key: str, tmp_path: Path) -> None:
    for proposer, told in (("operators (no LLM)", True), ("coder + operators", False)):
        run = searching(tmp_path)
        run.record[0] = replace(run.record[0], event=created(proposer=proposer))
        async with opened(run) as board:
            await board.press(*PASSED, key)
            assert ("No model proposes in this run" in board.text) is told


@pytest.mark.parametrize("keys", [("h", "x", "escape"), ("h", "enter"), ("D", "enter")])
async def test_a_text_that_is_empty_or_called_off_sends_nothing(
    keys: tuple[str, ...], run: CannedRun
) -> None:
    async with opened(run) as board:
        await board.press(*PASSED, *keys)
        assert isinstance(board.app.screen, BoardScreen)
        await board.press("u")
        assert await board.sent() == [c.Undo()]


async def test_capital_d_starts_from_the_direction_that_stands(run: CannedRun) -> None:
    run.add(e.Directed(island=HOME, text="fuse"))
    async with opened(run) as board:
        await board.press(*PASSED, "D")
        await typed(board, " it")
        assert await board.sent() == [c.Direct(island=HOME, text="fuse it")]


async def test_x_on_a_failed_candidate_ends_its_kind_of_failure_with_one_key(
    run: CannedRun,
) -> None:
    async with opened(run) as board:
        await board.press("x")
        (command,) = await board.sent()
        assert isinstance(command, c.AddConstraint)
        assert board.app.view.failed.cluster(command.cluster) is not None
        assert "constraint asked, to end: COMPILE_ERROR: NameError" in board.lines[-2]


async def test_x_elsewhere_offers_the_kinds_of_failures(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press(*PASSED, "x")
        first, second, *_ = board.app.view.failed.clusters()
        assert f"1 {first.count}× " in board.text
        await board.press("2")
        assert await board.sent() == [c.AddConstraint(cluster=second.key)]


async def test_w_drops_a_hint_or_a_constraint(run: CannedRun) -> None:
    run.add(e.Hinted(hint=1, text="use fp8"), e.ConstraintAdded(constraint=1, text="no fp64"))
    async with opened(run) as board:
        await board.press("w")
        assert "1 hint 1: use fp8" in board.text
        await board.press("2")
        assert await board.sent() == [c.RemoveConstraint(constraint=1)]


async def test_w_says_when_there_is_nothing_to_drop(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("w")
        assert "no hint and no constraint stands" in board.lines[-2]


async def test_the_equals_sign_changes_a_setting(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("equals_sign")
        await typed(board, "proposals_in_flight 4")
        assert await board.sent() == [c.SetSetting(name="proposals_in_flight", value=4)]


async def test_a_setting_without_a_value_is_asked_for_again(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("equals_sign")
        await typed(board, "slots")
        assert "slots needs a value" in board.lines[-2]
        assert run.sent == []


async def test_capital_m_mutes_and_unmutes_the_island(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press(*PASSED, "M")
        assert await board.sent() == [c.Mute(island=HOME)]
        run.add(e.Muted(island=HOME))
        await board.caught_up()
        assert "muted" in board.text
        await board.press("M")
        await board.until(lambda: len(run.sent) == 2)
        assert run.sent[1] == c.Unmute(island=HOME)


async def test_the_island_in_hand_is_the_one_that_panel_1_has_chosen(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press("1", "g", "down", "down", "greater_than_sign")
        assert await board.sent() == [c.Migrate(source=2)]


@pytest.mark.parametrize(
    ("key", "command"),
    [("y", c.Reseed(island=HOME, candidate="c0039")), ("s", c.Reseed(island=HOME))],
)
async def test_capital_r_reseeds_after_saying_what_that_does(
    key: str, command: c.Command, run: CannedRun
) -> None:
    async with opened(run) as board:
        await board.press(*PASSED, "R")
        assert "Every member of island 0 but pinned ones leaves" in board.text
        await board.press(key)
        assert await board.sent() == [command]


async def test_capital_x_retires_after_a_question_whose_default_is_no(run: CannedRun) -> None:
    async with opened(run) as board:
        await board.press(*PASSED, "X", "enter", "X", "y")
        assert await board.sent() == [c.Retire(island=HOME)]


async def test_a_retired_island_is_left_alone(run: CannedRun) -> None:
    run.add(e.IslandRetired(island=HOME))
    async with opened(run) as board:
        await board.press(*PASSED, "M")
        assert f"mute: island {HOME} is retired" in board.lines[-2]
        assert run.sent == []


async def test_capital_i_takes_a_kernel_file_in(run: CannedRun, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("def run(x):\n    return x\n")
    async with opened(run) as board:
        await board.press("I")
        board.app.screen.query_one("#words").value = f"{path}"  # type: ignore[attr-defined]
        await board.press("enter")
        assert await board.sent() == [
            c.Inject(source="def run(x):\n    return x\n", note="import: mine.py", how="import")
        ]


async def test_a_file_that_is_no_kernel_is_not_sent(run: CannedRun, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def run(\n")
    async with opened(run) as board:
        await board.press("I")
        board.app.screen.query_one("#words").value = f"{tmp_path}/mine.py"  # type: ignore[attr-defined]
        await board.press("enter")
        assert "mine.py: line 1: '(' was never closed" in board.lines[-2]
        assert run.sent == []


def hand(tmp_path: Path, change: tuple[str, str], problem: str = "") -> Hand:
    """Return a person whose editor replaces one text by another."""

    def edit(source: str, name: str) -> Draft:
        copy = tmp_path / "copy" / f"{name}.py"
        copy.parent.mkdir()
        text = source.replace(*change)
        copy.write_text(text)
        return Draft(path=copy, text=text, changed=text != source, problem=problem)

    return Hand(author="ada", edit=edit)


async def test_e_edits_shows_the_diff_and_injects_it_as_a_child(
    run: CannedRun, tmp_path: Path
) -> None:
    run.sources["c0039"] = "def run(x):\n    return x\n"
    async with opened(run) as board:
        board.app.hand = hand(tmp_path, ("return x", "return x + 1"))
        await board.press(*PASSED, "e")
        assert "-     return x" in board.text and "+     return x + 1" in board.text
        await board.press("y")
        assert await board.sent() == [
            c.Inject(
                source="def run(x):\n    return x + 1\n", parent="c0039", how="edit", author="ada"
            )
        ]
        assert not (tmp_path / "copy").exists()


async def test_an_edit_that_is_called_off_keeps_the_copy(run: CannedRun, tmp_path: Path) -> None:
    run.sources["c0039"] = "x = 1\n"
    async with opened(run) as board:
        board.app.hand = hand(tmp_path, ("1", "2"))
        await board.press(*PASSED, "e", "escape")
        assert "not injected; your copy is" in board.lines[-2]
        assert (tmp_path / "copy" / "c0039.py").read_text() == "x = 2\n"
        assert run.sent == []


@pytest.mark.parametrize(
    ("change", "problem", "told"),
    [
        (("y", "z"), "", "nothing was changed"),
        (("1", "("), "line 1: '(' was never closed", "not injected: line 1: '(' was never closed"),
    ],
)
async def test_an_edit_that_is_no_kernel_or_no_change_is_not_offered(
    change: tuple[str, str], problem: str, told: str, run: CannedRun, tmp_path: Path
) -> None:
    run.sources["c0039"] = "x = 1\n"
    async with opened(run) as board:
        board.app.hand = hand(tmp_path, change, problem)
        await board.press(*PASSED, "e")
        assert told in board.lines[-2]
        assert isinstance(board.app.screen, BoardScreen)


async def test_hostile_words_are_shown_as_text(run: CannedRun) -> None:
    run.add(
        e.Hinted(hint=1, text="[red]\x1b[31mred\x1b]0;t\x07[/red]"),
        e.Directed(island=HOME, text="\x1b[2J\u202e[b]x"),
    )
    async with opened(run) as board:
        await board.press(*PASSED, "w")
        assert "hint 1: [red]␛[31mred␛]0;t␇[/red]" in board.text
        await board.press("escape", *PASSED, "D")
        assert "␛[2J�[b]x" in board.text
        assert "\x1b" not in board.text and "\u202e" not in board.text


async def test_a_read_only_board_tells_the_search_nothing(run: CannedRun) -> None:
    async with opened(run, read_only=True) as board:
        for key in ("h", "x", "w", "e", "I", "equals_sign", "D", "M", "greater_than_sign", "R"):
            await board.press(key)
            assert "opened read-only" in board.lines[-2]
        assert run.sent == []
