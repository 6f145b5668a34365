"""Text of kernels, models and logs is shown, never obeyed, in every panel."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.tui.board import opened
from tests.tui.canned import CannedRun, beat, candidate, created, passed, searching, wrong

from fie_engine import events as e
from fie_engine.live import Phase
from fie_engine.model import Exchange
from fie_engine.plaintext import plain
from fie_evaluator.results import Advice, Figure, Profile

HOSTILE = (
    "[red]markup[/red] [link=https://example.invalid]x[/link] [@click=app.quit]y[/] [/]",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]52;c;YQ==\x07 \x1b[2J\x1b[H",
    "\x9b31m csi \x90dcs\x9c \x00nul \x08\x08\x7f back",
    "bidi \u202eevil\u202c \u2066x\u2069 \u200fz",
    "zero\u200b\u200d\u2060\ufeffwidth \u00adsoft",
    "z\u0300\u0301\u0302\u0303\u0489algo",
    "wide 漢字 \U0001f600 \U0001f468\u200d\U0001f469 \u1160\u3164",
    "lone \udc80 surrogate \U000e0041 tag \ue000 private",
    "line\nbreak\r\ntab\tcr\rover \u2028 sep \u0085 nel",
    "long " + "x" * 5000,
)

FORBIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u00ad\ud800-\udfff"
    r"\u0300-\u036f\u1160\u3164\U000e0000-\U000e007f\ue000-\uf8ff]"
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
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
    run = searching(tmp_path, judged=2)
    first = replace(run.record[0], event=created(proposer=HOSTILE[1], caveat=HOSTILE[3]))
    run.record[0] = first
    for number, text in enumerate(HOSTILE):
        add_hostile(run, 100 + 2 * number, text)
    async with opened(run, size=(200, 60)) as board:
        await board.press("2", "g")
        for _ in range(2 * len(HOSTILE)):
            await board.read_kernel()
            assert_harmless(board.lines)
            await board.press("down")


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


def assert_harmless(lines: list[str]) -> None:
    """Check that nothing steers the terminal and that no frame was pushed out of place."""
    assert len(lines) == 60
    for line in lines:
        assert not FORBIDDEN.search(line)
    for line in lines[3:17]:
        assert cell_len(line) == 200
        assert line.endswith(("│", "╯"))
