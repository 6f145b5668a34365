"""Themes that can be read: contrast, colours that the colour-blind tell apart, signs in ASCII."""

import ast
import math
from argparse import Namespace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.style import Style
from tests.tui.board import opened
from tests.tui.canned import searching

from fie_engine.plaintext import UNSHOWABLE
from fie_tui.looks import ink
from fie_tui.looks.letters import ascii_of, speaks_ascii_only
from fie_tui.looks.palettes import ANSI, DARK, HIGH_CONTRAST, INKS, LIGHT, MONO, PALETTES, Palette
from fie_tui.looks.wanted import THEMES, Looks, looks_of

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("tui/fie_tui", "engine/fie_engine/view", "evaluator/fie_evaluator")

Rgb = tuple[float, float, float]

COLOURED = (DARK, LIGHT, HIGH_CONTRAST)

WORDS = ("text", "strong", "dim", "title", "focus", "key", "good", "best", "bad", "warn", "added")
"Inks that whole words are written in."

DEUTERAN = ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969))
PROTAN = ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052))
"What is seen without the green or the red cones (Machado et al. 2009), of linear light."


def test_every_theme_has_every_ink() -> None:
    assert set(THEMES) == set(PALETTES)
    assert {name: set(one.inks) for name, one in PALETTES.items()} == dict.fromkeys(
        PALETTES, set(INKS)
    )


@pytest.mark.parametrize("palette", COLOURED, ids=lambda one: one.name)
def test_words_stand_out_from_their_ground(palette: Palette) -> None:
    least = 7.0 if palette is HIGH_CONTRAST else 4.5
    contrasts = {name: contrast(palette.base + palette.inks[name]) for name in WORDS}
    assert {name: value for name, value in contrasts.items() if value < least} == {}
    boxes = {name: contrast(palette.inks[name]) for name in ("inverse", "alarm", "calm")}
    assert {name: value for name, value in boxes.items() if value < 4.5} == {}


@pytest.mark.parametrize("palette", COLOURED, ids=lambda one: one.name)
def test_a_changed_line_can_be_read_on_its_ground_and_when_it_is_chosen(palette: Palette) -> None:
    for syntax in ("keyword", "name", "string", "number", "plain"):
        for ground in ("added_ground", "removed_ground"):
            assert contrast(palette.base + palette.inks[syntax] + palette.inks[ground]) >= 4.5
    for name in ("text", "good", "bad"):
        assert contrast(palette.base + palette.chosen + palette.inks[name]) >= 3.0


@pytest.mark.parametrize("palette", COLOURED, ids=lambda one: one.name)
@pytest.mark.parametrize("blindness", [DEUTERAN, PROTAN], ids=["deuteran", "protan"])
def test_good_and_bad_differ_for_the_colour_blind(
    palette: Palette, blindness: tuple[Rgb, Rgb, Rgb]
) -> None:
    good, bad = (seen(rgb(palette.inks[name]), blindness) for name in ("good", "bad"))
    assert math.dist(lab(good), lab(bad)) > 40


@pytest.mark.parametrize("palette", [ANSI, MONO], ids=lambda one: one.name)
def test_a_sixteen_colour_theme_names_no_shade(palette: Palette) -> None:
    for style in palette.inks.values():
        for colour in (style.color, style.bgcolor):
            assert colour is None or colour.triplet is None and (colour.number or 0) < 16


def test_the_mono_theme_has_no_colour_at_all() -> None:
    assert [one for one in MONO.inks.values() if one.color or one.bgcolor] == []


def test_the_themes_keep_signs_beside_colours() -> None:
    for name in ("good", "bad", "warn"):
        assert MONO.inks[name] is not None
    assert MONO.inks["alarm"].reverse and MONO.inks["calm"].reverse


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("╭─ Trend ─╮", "+- Trend -+"),
        ("1.742x ±0.006 → ★c0021", "1.742x ~0.006 > *c0021"),
        ("⠁⠤⢀⣿ ", "'..: "),
        ("漢é", "???"),
        ("plain", "plain"),
    ],
)
def test_signs_become_ascii_cell_for_cell(text: str, shown: str) -> None:
    assert ascii_of(text) == shown
    assert cell_len(text) == cell_len(shown)


def test_every_sign_of_the_program_has_a_letter_that_stands_for_it() -> None:
    modules = [path for part in PARTS for path in (ROOT / part).rglob("*.py")]
    signs = {sign for path in modules for sign in signs_in(path.read_text()) - {UNSHOWABLE}}
    assert len(signs) > 50
    assert {sign for sign in signs if ascii_of(sign).startswith("?")} == set()


def signs_in(source: str) -> set[str]:
    """Return what lies beyond ASCII in a module's texts."""
    nodes = (one.value for one in ast.walk(ast.parse(source)) if isinstance(one, ast.Constant))
    return {sign for text in nodes if isinstance(text, str) for sign in text if not sign.isascii()}


@pytest.mark.parametrize(
    ("environment", "only"),
    [
        ({}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),
        ({"LC_CTYPE": "C.UTF-8"}, False),
        ({"LANG": "POSIX"}, True),
        ({"LANG": "de_DE.ISO-8859-1"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "C", "LC_ALL": "C.UTF-8"}, False),
        ({"LANG": "en_US.utf8", "LC_ALL": "C"}, True),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, True),
        ({"LANG": "en_US.UTF-8", "TERM": "vt100"}, True),
        ({"LANG": "en_US.UTF-8", "TERM": "xterm-256color"}, False),
    ],
)
def test_locale_and_terminal_say_whether_signs_can_be_shown(
    environment: dict[str, str], only: bool
) -> None:
    assert speaks_ascii_only(environment) is only


def flags(**told: object) -> Namespace:
    unsaid: dict[str, object] = {"theme": None, "ascii": False, "no_mouse": False}
    unsaid |= {"notify": None, "low_bandwidth": False, "keys": None}
    return Namespace(**(unsaid | told))


@pytest.mark.parametrize(
    ("told", "environment", "looks"),
    [
        ({}, {}, Looks()),
        ({}, {"NO_COLOR": "1"}, Looks(theme="mono")),
        ({}, {"NO_COLOR": "", "FIE_THEME": "light"}, Looks(theme="light")),
        ({"theme": "ansi"}, {"NO_COLOR": "1", "FIE_THEME": "light"}, Looks(theme="ansi")),
        ({}, {"TERM": "linux"}, Looks(theme="ansi", ascii=True)),
        ({}, {"TERM": "vt220"}, Looks(theme="mono", ascii=True)),
        ({"theme": "light"}, {"TERM": "vt220"}, Looks(theme="light", ascii=True)),
        ({}, {"FIE_THEME": "nonsense", "FIE_NOTIFY": "nonsense"}, Looks()),
        ({"no_mouse": True}, {"FIE_NOTIFY": "bell"}, Looks(mouse=False, notify="bell")),
        ({"notify": "both"}, {"FIE_NOTIFY": "bell"}, Looks(notify="both")),
        ({"low_bandwidth": True}, {"LANG": "C"}, Looks(low_bandwidth=True, ascii=True)),
    ],
)
def test_a_flag_wins_over_the_environment(
    told: dict[str, object], environment: dict[str, str], looks: Looks
) -> None:
    assert looks_of(flags(**told), environment) == looks


@pytest.mark.parametrize("theme", THEMES)
async def test_every_theme_draws_the_whole_board(tmp_path: Path, theme: str) -> None:
    async with opened(searching(tmp_path), looks=Looks(theme=theme)) as board:
        await board.press("question_mark", "escape", "8", "z")
        shown = {one.style for line in board.strips for one in line if one.style}
    palette = PALETTES[theme]
    assert any(one.color == (palette.base + palette.inks["best"]).color for one in shown)
    if palette.ansi:
        colours = {colour for one in shown for colour in (one.color, one.bgcolor) if colour}
        assert all(colour.triplet is None for colour in colours)


async def test_an_ascii_board_has_no_other_sign(tmp_path: Path) -> None:
    async with opened(searching(tmp_path), looks=Looks(ascii=True)) as board:
        assert board.text.isascii()
        await board.press("question_mark")
        assert board.text.isascii()
        await board.press("escape", "slash")
        assert "island:2" in board.text and board.text.isascii()
        await board.press("escape", "colon")
        await board.until(lambda: "fork" in board.text)
        assert board.text.isascii()


@pytest.fixture(autouse=True)
def usual_ink() -> object:
    """Leave the process as other tests expect it."""
    yield
    ink.take(DARK)


def contrast(style: Style) -> float:
    """Return the contrast of WCAG between a style's colours."""
    assert style.bgcolor is not None and style.bgcolor.triplet is not None
    ground = tuple(part / 255 for part in style.bgcolor.triplet)
    above, below = sorted((light(rgb(style)), light(ground)), reverse=True)
    return (above + 0.05) / (below + 0.05)


def rgb(style: Style) -> Rgb:
    assert style.color is not None and style.color.triplet is not None
    red, green, blue = style.color.triplet
    return red / 255, green / 255, blue / 255


def linear(colour: Rgb) -> Rgb:
    return tuple(  # type: ignore[return-value]
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    )


def light(colour: Rgb) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def seen(colour: Rgb, blindness: tuple[Rgb, Rgb, Rgb]) -> Rgb:
    """Return the linear light that somebody colour-blind sees."""
    parts = linear(colour)
    mixed = (sum(a * b for a, b in zip(row, parts, strict=True)) for row in blindness)
    return tuple(min(1.0, max(0.0, part)) for part in mixed)  # type: ignore[return-value]


def lab(parts: Rgb) -> Rgb:
    """Return linear light as CIE Lab."""
    red, green, blue = parts
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (
        part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z)
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
