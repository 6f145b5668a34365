"""Rows of a diff as spans: numbers, signs, syntax colours and changed words."""

import itertools

from rich.cells import set_cell_size

from fie_tui.diff.lines import DiffLine
from fie_tui.diff.sides import Row
from fie_tui.looks.ink import Line, Span, harmless, pad, width_of

SIGNS = {"added": "+", "removed": "-", "same": " "}
BEFORE_TEXT = 2
"A sign and a blank."


def heading(line: DiffLine, width: int, ink: str, note: str) -> Line:
    """Return a hunk's heading."""
    return ((pad(f" ┄┄ {line.text}{note} ", width), ink),)


def stacked_line(line: DiffLine, digits: int, width: int, *, whole: bool) -> list[Span]:
    """Return a line with both its numbers; a kernel shown whole has one."""
    numbers = f" {line.old or '':>{digits}} {line.new or '':>{digits}} "
    if whole:
        numbers = f" {line.new:>{digits}} "
    return [(numbers, "faint"), *_half(line, width - len(numbers))]


def beside_line(row: Row, digits: int, width: int) -> list[Span]:
    """Return the old line left and the new one right."""
    room = (width - 1) // 2
    left, right = row
    return [
        *_numbered(left, left.old if left else 0, digits, room),
        ("│", "frame"),
        *_numbered(right, right.new if right else 0, digits, width - 1 - room),
    ]


def _numbered(line: DiffLine | None, number: int, digits: int, width: int) -> list[Span]:
    if line is None:
        return [(" " * width, "text")]
    start = f" {number:>{digits}} "
    return [(start, "faint"), *_half(line, width - len(start))]


def _half(line: DiffLine, width: int) -> list[Span]:
    """Return the sign and the text in exactly `width` cells; what is cut shows as "…"."""
    ink = "text" if line.kind == "same" else line.kind
    spans = _cut([(f"{SIGNS[line.kind]} ", ink), *_text(line, ink)], max(BEFORE_TEXT, width))
    return [*spans, (" " * (width - width_of(spans)), f"{line.kind}_ground")]


def _text(line: DiffLine, ink: str) -> list[Span]:
    """Return the text in its colours, its changed words on a ground of their own."""
    inked = [(line.text, ink)]
    if line.pieces and line.kind != "removed":
        inked = [(piece, f"{colour}+{line.kind}_ground") for piece, colour in line.pieces]
    if not line.changed or sum(len(text) for text, _ in inked) != len(line.text):
        return list(inked)
    spans: list[Span] = []
    at = 0
    for text, one in inked:
        spans += _with_words(text, one, at, line)
        at += len(text)
    return spans


def _with_words(text: str, ink: str, at: int, line: DiffLine) -> list[Span]:
    """Split a piece that begins at character `at` of its line where changed words begin or end."""
    edges = {0, len(text)}
    for first, last in line.changed:
        edges.update(edge - at for edge in (first, last) if 0 < edge - at < len(text))
    spans: list[Span] = []
    for start, stop in itertools.pairwise(sorted(edges)):
        inside = any(first <= at + start < last for first, last in line.changed)
        spans.append((text[start:stop], f"{ink}+{line.kind}_word" if inside else ink))
    return spans


def _cut(spans: list[Span], width: int) -> list[Span]:
    if width_of(spans) <= width:
        return spans
    kept: list[Span] = []
    room = width
    for text, ink in spans:
        shown, cells = harmless(text)
        if cells >= room:
            return [*kept, (set_cell_size(shown, max(0, room - 1)) + "…" * (room > 0), ink)]
        kept.append((shown, ink))
        room -= cells
    return kept
