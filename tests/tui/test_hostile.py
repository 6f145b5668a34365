"""Text of kernels, models and logs is shown, never obeyed, in every panel and on every screen."""

import importlib
import pkgutil
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.tui.board import Board, FakeEngine, opened
from tests.tui.canned import searching
from tests.tui.hostile import CORPUS, FORBIDDEN
from tests.tui.hostile_run import hostile_run, recorded_run
from tests.tui.test_shot import words_of
from textual.app import App
from textual.events import Paste
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

import fie_tui
from fie_engine.plaintext import plain
from fie_engine.record.rundir import RunDirectory
from fie_tui.cli import main
from fie_tui.commands.plain import follow
from fie_tui.keys.actions import Action
from fie_tui.keys.editor import Draft
from fie_tui.keys.keymap import ACTIONS
from fie_tui.keys.keymap_runs import RUNS_KEYS
from fie_tui.looks.outer import notice
from fie_tui.screens.runs import RunsScreen
from fie_tui.session.answer import Answer
from fie_tui.start import StartApp
from fie_tui.told.new_run import NewRun
from fie_tui.widgets.panels import MAKERS


@pytest.mark.parametrize("text", CORPUS, ids=range(len(CORPUS)))
def test_plain_text_holds_nothing_that_a_terminal_obeys(text: str) -> None:
    shown = plain(text)
    assert not FORBIDDEN.search(shown)
    assert "\n" not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb", "a    b"),
        ("a\x1b[0m", "a␛[0m"),
        ("e\u0301", "é"),
        ("\u202e", "\ufffd"),
        ("naïve 漢 ±0.1 → ×2", "naïve 漢 ±0.1 → ×2"),
        ("a\u00a0b", "a b"),
    ],
)
def test_plain_text_stays_readable(text: str, shown: str) -> None:
    assert plain(text) == shown


@given(st.text())
def test_every_character_of_plain_text_takes_a_cell_of_its_own(text: str) -> None:
    shown = plain(text)
    assert all(cell_len(one) >= 1 for one in shown)
    assert sum(map(cell_len, shown)) == cell_len(shown)
    assert plain(shown) == shown


def test_a_long_text_is_cut() -> None:
    assert plain("x" * 20, limit=4) == "xxxx…"


@pytest.mark.parametrize("panel", MAKERS)
async def test_no_panel_lets_hostile_text_through(tmp_path: Path, panel: str) -> None:
    async with opened(hostile_run(tmp_path), size=(100, 60)) as board:
        board.app.board.focus_panel(panel)
        await board.press("z")
        await board.read_kernel()
        for _ in range(4):
            assert_harmless(board.app)
            assert_framed(board)
            await board.press("pageup" if panel == "log" else "pagedown")


@pytest.mark.parametrize("size", [(80, 24), pytest.param((200, 60), marks=pytest.mark.slow)])
async def test_no_candidate_lets_hostile_text_through(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with opened(hostile_run(tmp_path), size=size) as board:
        await board.press("2", "g")
        for _ in CORPUS:
            await board.read_kernel()
            assert_harmless(board.app)
            await board.press("down", "down")


async def test_a_hostile_trouble_of_the_disk_is_text(tmp_path: Path) -> None:
    run = searching(tmp_path, judged=2)
    async with opened(run, size=(200, 60)) as board:
        run.failure = OSError(" ".join(text[:12] for text in CORPUS))
        await board.until(lambda: board.app.trouble)
        board.app.tick()
        await board.pilot.pause()
        assert_harmless(board.app)


async def test_what_is_pasted_is_kept_but_for_what_steers(tmp_path: Path) -> None:
    async with opened(searching(tmp_path, judged=2)) as board:
        await board.press("slash")
        box = board.app.screen.query_one(Input)
        box.post_message(Paste("naïve\x1b]52;c;YQ==\x07\tनमस्ते \u202eevil\x9b2J"))
        await board.until(lambda: box.value)
        assert box.value == "naïve]52;c;YQ== नमस्ते evil2J"


@pytest.mark.slow
async def test_no_screen_lets_hostile_text_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Take every action of the board and of the start screen; every screen must have come."""
    seen = await seen_from_the_board(tmp_path / "board", monkeypatch)
    seen |= await seen_from_the_start(tmp_path / "runs")
    assert {one.__name__ for one in all_screens() - seen} == set()


def all_screens() -> set[type[Screen[Any]]]:
    """Return every kind of screen that the program has."""
    for module in pkgutil.walk_packages(fie_tui.__path__, "fie_tui."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: set[type[Screen[Any]]] = set()
    waiting: list[type[Screen[Any]]] = [Screen]
    while waiting:
        kinds = waiting.pop().__subclasses__()
        waiting += kinds
        found |= {one for one in kinds if one.__module__.startswith("fie_tui.")}
    return found


async def seen_from_the_board(path: Path, monkeypatch: pytest.MonkeyPatch) -> set[Any]:
    """Take every action on a hostile candidate; return the screens that came."""
    path.mkdir()
    seen: set[Any] = set()
    draft = Draft(path=path / "draft" / "c0001.py", text=CORPUS[1], changed=True, problem="")
    monkeypatch.setattr("fie_tui.app.BoardApp.edit", lambda *_: draft)
    async with opened(hostile_run(path), size=(100, 40), engine=FakeEngine()) as board:
        for action in ACTIONS:
            board.app.board.pick("c0007")
            board.app.board.act(action.id, first_key(action))
            seen.add(type(await looked_over(board.app, board.pilot)))
            while len(board.app.screen_stack) > 2:
                board.app.pop_screen()
            await board.press("escape")
    return seen


def first_key(action: Action) -> str:
    return action.keys[0] if action.keys else ""


async def seen_from_the_start(root: Path) -> set[Any]:
    """Take every action of the start screen on hostile runs; return the screens that came."""
    root.mkdir()
    for number in (0, 1, 4):
        recorded_run(root / CORPUS[number].replace("/", "|"))
    seen: set[Any] = set()
    async with started(root) as (app, pilot):
        await patiently(pilot, lambda: app.complete)
        for key in RUNS_KEYS:
            if key.id in ("open", "resume", "demo", "leave"):
                continue
            app.runs.marks = tuple(one.name for one in app.glances[:2])
            app.runs.action_do(key.id)
            await patiently(pilot, lambda: not app.runs._said.endswith("…"))
            seen.add(type(await looked_over(app, pilot)))
            while len(app.screen_stack) > 2:
                app.pop_screen()
            await pilot.press("escape")
    assert RunsScreen in seen
    return seen


@asynccontextmanager
async def started(root: Path) -> AsyncIterator[tuple[StartApp, Pilot[Answer]]]:
    """Open the start screen, with a form that was filled in by somebody hostile."""
    typed = {one.name: CORPUS[1] for one in fields(NewRun)}
    form = NewRun(**(typed | {"proposer": "auto"}))
    app = StartApp(root, {}, before=Answer(form=form), trouble=CORPUS[4], clock=lambda: 2000.0)
    async with app.run_test(size=(100, 40)) as pilot:
        yield app, pilot


async def patiently(pilot: Pilot[Any], holds: Any) -> None:
    for _ in range(500):
        if holds():
            return
        await pilot.pause(0.005)
    raise AssertionError("it never came to hold")


async def looked_over(app: App[Any], pilot: Pilot[Any]) -> Screen[Any]:
    """Page through the screen that is in front, and check all of it; return it."""
    await pilot.pause()
    screen = app.screen
    assert_harmless(app)
    for _ in range(2):
        await pilot.press("pagedown")
        assert_harmless(app)
    return screen


@pytest.mark.parametrize("text", [*CORPUS, *"\x1b\x07\x9c"], ids=range(len(CORPUS) + 3))
@pytest.mark.parametrize(
    ("terminal", "start"), [("xterm", "\x1b]9;fie-tui: "), ("foot", "\x1b]777;notify;fie-tui;")]
)
def test_a_desktop_notice_ends_where_it_should(text: str, terminal: str, start: str) -> None:
    sequence = notice(text, {"TERM": terminal})
    assert sequence.startswith(start)
    assert sequence.endswith("\x07")
    assert not FORBIDDEN.search(sequence[2:-1])


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    """Return a run on disk whose name is hostile, too."""
    return recorded_run(tmp_path_factory.mktemp("runs") / "a [red]b \x1b[31m \u202e <i>&")


READERS = (
    "ls",
    "show RUN",
    "show RUN c0002",
    "show RUN c0003",
    "show RUN c0002 --prompt",
    "show RUN --at 40",
    "show RUN --json",
    "budget RUN",
    "attach RUN --plain",
    "report RUN --output OUT",
)


@pytest.mark.parametrize("line", READERS)
def test_no_command_prints_hostile_text(
    recorded: RunDirectory, tmp_path: Path, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"RUN": recorded.name, "OUT": str(tmp_path / "out")}
    words = [re.sub("RUN|OUT", lambda found: places[found[0]], word) for word in line.split()]
    assert main([*words, "--runs-dir", str(recorded.path.parent)]) == 0
    printed, said = capsys.readouterr()
    assert [one for one in (printed + said).split("\n") if FORBIDDEN.search(one)] == []
    assert printed


def test_a_hostile_run_is_followed_in_harmless_lines_only(
    recorded: RunDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    view = follow(recorded, lambda: False)
    told = capsys.readouterr().out.split("\n")
    assert len(told) > view.last_seq / 2
    assert [line for line in told if FORBIDDEN.search(line)] == []
    assert max(map(len, told)) < 20_000


def test_a_picture_of_a_hostile_run_is_a_picture(
    recorded: RunDirectory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "board.svg"
    words = ["shot", recorded.name, "--runs-dir", str(recorded.path.parent)]
    assert main([*words, "--size", "200x60", "--output", str(path)]) == 0
    assert "\x1b" not in capsys.readouterr().err
    shown = words_of(path.read_text())
    assert "fie-tui a [red]b ␛[31m" in shown and "new best c0002" in shown
    assert not FORBIDDEN.search(shown.replace("\n", " "))


def assert_harmless(app: App[Any]) -> None:
    """Check that nothing on the screen steers the terminal, is a link or can be clicked on."""
    for drawn in app.screen._compositor.render_strips():
        assert not FORBIDDEN.search(drawn.text), ascii(drawn.text)
        assert cell_len(drawn.text) <= app.size.width
        for segment in drawn:
            assert segment.control is None
            assert segment.style is None or not segment.style.link
            assert segment.style is None or "@click" not in segment.style.meta
    for box in app.screen.query(Input):
        assert not FORBIDDEN.search(box.value), ascii(box.value)


def assert_framed(board: Board) -> None:
    """Check that no line of the zoomed panel pushed its frame out of place."""
    lines = board.lines[3:-3]
    assert {cell_len(line) for line in lines} == {board.app.size.width}
    assert {line[-1] for line in lines} <= {"│", "╯", "╮"}
