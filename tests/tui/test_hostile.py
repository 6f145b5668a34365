"""Text of kernels, models and logs is shown, never obeyed, in every panel."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.tui.board import Board, opened
from tests.tui.canned import CannedRun, beat, candidate, created, passed, searching, wrong
from tests.tui.hostile import CORPUS, FORBIDDEN

from fie_engine import events as e
from fie_engine.live import Phase
from fie_engine.model import Exchange
from fie_engine.plaintext import plain
from fie_evaluator.results import Advice, Figure, Profile
from fie_tui.looks.outer import notice
from fie_tui.looks.plan import PANELS


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


async def test_no_panel_lets_hostile_text_through(tmp_path: Path) -> None:
    async with opened(hostile_run(tmp_path), size=(200, 60)) as board:
        await board.press("2", "g")
        for _ in CORPUS:
            await board.read_kernel()
            assert_harmless(board.lines)
            await board.press("down")


@pytest.mark.parametrize("panel", PANELS)
async def test_no_panel_on_the_whole_screen_lets_hostile_text_through(
    tmp_path: Path, panel: str
) -> None:
    async with opened(hostile_run(tmp_path), size=(100, 60)) as board:
        board.app.board.focus_panel(panel)
        await board.press("z")
        await board.read_kernel()
        for _ in range(3):
            assert_harmless(board.lines, width=100)
            assert_no_metadata(board)
            await board.press("pageup" if panel == "log" else "pagedown")


async def test_a_hostile_trouble_of_the_disk_is_text(tmp_path: Path) -> None:
    run = searching(tmp_path, judged=2)
    async with opened(run, size=(200, 60)) as board:
        run.failure = OSError(" ".join(text[:12] for text in CORPUS))
        await board.until(lambda: board.app.trouble)
        board.app.tick()
        await board.pilot.pause()
        assert_harmless(board.lines)


@pytest.mark.parametrize("text", [*CORPUS, *"\x1b\x07\x9c"], ids=range(len(CORPUS) + 3))
@pytest.mark.parametrize(
    ("terminal", "start"), [("xterm", "\x1b]9;fie-tui: "), ("foot", "\x1b]777;notify;fie-tui;")]
)
def test_a_desktop_notice_ends_where_it_should(text: str, terminal: str, start: str) -> None:
    sequence = notice(text, {"TERM": terminal})
    assert sequence.startswith(start)
    assert sequence.endswith("\x07")
    assert not FORBIDDEN.search(sequence[2:-1])


def hostile_run(path: Path) -> CannedRun:
    """Return a run that is hostile wherever text goes."""
    run = searching(path, judged=2)
    terms = created(proposer=CORPUS[1], caveat=CORPUS[4], score_name=CORPUS[0], track=CORPUS[7])
    run.record[0] = replace(run.record[0], event=terms)
    for number, text in enumerate(CORPUS):
        add_hostile(run, 100 + 2 * number, text)
        run.add(
            e.Hinted(hint=number, text=text, reason=text, author=text),
            e.Directed(island=number % 3, text=text, author=text),
            e.ConstraintAdded(constraint=number, text=text, cluster=text),
            e.CommandRefused(command=text, reason=text),
            e.ProposalFailed(proposal=0, island=0, parent="c0000", reason=text, model=text),
        )
    return run


def assert_no_metadata(board: Board) -> None:
    """Check that no text became a link or something to click on."""
    for drawn in board.app.screen._compositor.render_strips():
        for segment in drawn:
            assert segment.control is None
            assert segment.style is None or not segment.style.link


def add_hostile(run: CannedRun, number: int, text: str) -> None:
    """Add a candidate that passed and one that failed, hostile wherever text goes."""
    good, bad = f"c{number:04d}", f"c{number + 1:04d}"
    for name in (good, bad):
        run.sources[name] = f'"""{text}"""\n'
        run.exchanges[name] = Exchange(system="", user="", reply=text, model=text)
    profile = Profile(
        source=text,
        figures=(Figure(name=text, value=1.0, unit=text, share=0.5),),
        advice=(Advice(text=text),),
    )
    judged = passed(2.0)
    results = tuple(replace(one, label=f"{i} {text}") for i, one in enumerate(judged.results))
    made = replace(candidate(number, "c0000", 0, note=text), model=text)
    run.add(
        e.Proposed(proposal=number, candidate=made),
        e.Evaluated(
            candidate=good,
            evaluation=replace(judged, profile=profile, results=results, log=text),
            score=2.0,
            noise=0.01,
        ),
        e.Proposed(proposal=number + 1, candidate=candidate(number + 1, good, 0, note=text)),
        e.Evaluated(
            candidate=bad, evaluation=replace(wrong(error=text), log=text), score=0, noise=0
        ),
        e.Noted(text=text, level="warning"),
        e.Pinned(candidate=good, reason=text),
    )
    beat(run, Phase(what=f"judging {good}", stage=text, since=run.now))


def assert_harmless(lines: list[str], width: int = 200) -> None:
    """Check that nothing steers the terminal and that no frame was pushed out of place."""
    assert len(lines) == 60
    for line in lines:
        assert not FORBIDDEN.search(line)
    for line in lines[3:17]:
        assert cell_len(line) == width
        assert line.endswith(("│", "╯", "╮"))
