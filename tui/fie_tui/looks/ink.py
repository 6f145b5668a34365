"""Text to terminal cells: the only maker of segments, so that nothing hostile slips by."""

import os
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from fie_engine.plaintext import plain
from fie_tui.looks.palettes import DARK, Palette

Span = tuple[str, str | Style]
"Text and the name of its ink (several joined by +), or a style of its own."

Line = Sequence[Span]
"One line of a panel, left to right."

LINE_LIMIT = 600
"No terminal is wider; the rest of a line is not even looked at."

SPARKS = "▁▂▃▄▅▆▇█"


class Pen:
    """The palette in use: a process draws one board."""

    palette: Palette = DARK


def take(palette: Palette) -> None:
    """Draw with a palette from now on."""
    Pen.palette = palette
    style_of.cache_clear()


@lru_cache(maxsize=4096)
def harmless(text: str) -> tuple[str, int]:
    """Return what is shown of a text, and how many cells that takes."""
    shown = plain(text, LINE_LIMIT)
    return shown, cell_len(shown)


@lru_cache(maxsize=512)
def style_of(ink: str | Style, chosen: bool) -> Style:
    """Return the style of an ink, or of several joined by +, over the background."""
    palette = Pen.palette
    under = palette.base + palette.chosen if chosen else palette.base
    if not isinstance(ink, str):
        return under + ink
    return sum((palette.inks[name] for name in ink.split("+")), start=under)


def segments(line: Line, chosen: bool = False) -> list[Segment]:
    """Return the line as segments of harmless text.

    Blanks join what is before them: a change of ink costs more bytes than they do.
    """
    joined: list[Segment] = []
    for text, ink in line:
        if not text:
            continue
        style = style_of(ink, chosen)
        shown, _ = harmless(text)
        if joined:
            before, last, _ = joined[-1]
            assert last is not None
            blank = shown.isspace() and style.bgcolor == last.bgcolor
            if blank or style == last:
                joined[-1] = Segment(before + shown, last)
                continue
        joined.append(Segment(shown, style))
    return joined


def strip(line: Line, width: int, chosen: bool = False) -> Strip:
    """Return the line as a strip of exactly `width` cells."""
    return Strip(segments(line, chosen)).adjust_cell_length(max(0, width), style_of("text", chosen))


def width_of(line: Line) -> int:
    """Return how many cells the line takes."""
    return sum(harmless(text)[1] for text, _ in line)


def changed_width(before: Line, after: Line) -> int:
    """Return the width up to which two lines of equal width differ; their ends are alike."""
    old, new = list(before), list(after)
    while old and new and old[-1] == new[-1]:
        old.pop()
        new.pop()
    if not old or not new or old[-1][1] != new[-1][1]:
        return max(width_of(old), width_of(new))
    shared = os.path.commonprefix([old[-1][0][::-1], new[-1][0][::-1]])
    if not shared.isascii():
        return max(width_of(old), width_of(new))
    return max(width_of(old), width_of(new)) - len(shared)


def pad(text: str, width: int) -> str:
    """Return the text in exactly `width` cells, left-aligned; what is cut shows as "…"."""
    shown, cells = harmless(text)
    if cells <= width:
        return shown + " " * (width - cells)
    return set_cell_size(shown, width - 1) + "…" if width > 1 else shown[:width]


def end_of(path: str, width: int) -> str:
    """Return a path in at most `width` cells; its end says most."""
    shown, cells = harmless(path)
    while cells > width > 0:
        shown, cells = harmless("…" + shown[2:] if shown[0] == "…" else "…" + shown[1:])
    return shown if width > 0 else ""


def fitting(parts: Iterable[tuple[int, Line]], width: int, gap: Line) -> list[Span]:
    """Join parts with `gap`, leaving out the least important ones until the line fits.

    A part is its importance (the higher, the longer it stays) and its spans.
    """
    kept = [part for part in parts if any(text for text, _ in part[1])]
    while True:
        line = _joined([spans for _, spans in kept], gap)
        if width_of(line) <= width or len(kept) <= 1:
            return line
        kept.remove(min(kept, key=lambda part: part[0]))


def spread(left: Line, right: Line, width: int) -> list[Span]:
    """Put one part at each end of a line; the right one yields when there is no room."""
    room = width - width_of(left) - width_of(right)
    if room < 1:
        return list(left)
    return [*left, (" " * room, "text"), *right]


def wrapped(text: str, width: int, limit: int = 200) -> list[str]:
    """Return the text broken at spaces into lines of at most `width` cells."""
    lines: list[str] = []
    line = ""
    for word in plain(text, width * limit).split(" "):
        longer = f"{line} {word}" if line else word
        if cell_len(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while cell_len(word) > width > 0:
            piece = set_cell_size(word, width).rstrip()
            lines.append(piece)
            word = word[len(piece) :]
        line = word
    return [*lines, line][:limit]


def spark(values: Sequence[float], width: int, most: float | None = None) -> str:
    """Return the newest values as a row of small bars: from 0 to `most`, else least to greatest."""
    shown = values[-width:]
    if not shown:
        return ""
    low, high = min(shown), max(shown)
    if most is not None:
        low, high = 0.0, most
        shown = [max(0.0, min(most, value)) for value in shown]
    if high <= low:
        return SPARKS[0] * len(shown)
    top = len(SPARKS) - 1
    return "".join(SPARKS[round((value - low) / (high - low) * top)] for value in shown)


def bar(share: float, width: int) -> str:
    """Return a horizontal bar that fills `share` of `width` cells, to half a cell."""
    whole, half = divmod(round(max(0.0, min(1.0, share)) * width * 2), 2)
    return ("━" * whole + "╸" * half).ljust(width)


def _joined(parts: Sequence[Line], gap: Line) -> list[Span]:
    line: list[Span] = []
    for part in parts:
        line.extend((*gap, *part) if line else part)
    return line
