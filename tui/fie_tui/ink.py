"""Text to terminal cells: the only maker of segments, so that nothing hostile slips by."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from fie_engine.plaintext import plain
from fie_tui.theme import BASE, CHOSEN, INKS

Span = tuple[str, str | Style]
"Text and the name of its ink, or a style of its own."

Line = Sequence[Span]
"One line of a panel, left to right."

LINE_LIMIT = 600
"No terminal is wider; the rest of a line is not even looked at."

SPARKS = "▁▂▃▄▅▆▇█"


def segments(line: Line, chosen: bool = False) -> list[Segment]:
    """Return the line as segments of harmless text."""
    under = BASE + Style(bgcolor=CHOSEN) if chosen else BASE
    return [
        Segment(plain(text, LINE_LIMIT), under + (INKS[ink] if isinstance(ink, str) else ink))
        for text, ink in line
        if text
    ]


def strip(line: Line, width: int, chosen: bool = False) -> Strip:
    """Return the line as a strip of exactly `width` cells."""
    style = BASE + Style(bgcolor=CHOSEN) if chosen else BASE
    return Strip(segments(line, chosen)).adjust_cell_length(max(0, width), style)


def width_of(line: Line) -> int:
    """Return how many cells the line takes."""
    return sum(cell_len(plain(text, LINE_LIMIT)) for text, _ in line)


def pad(text: str, width: int) -> str:
    """Return the text in exactly `width` cells, left-aligned; what is cut shows as "…"."""
    harmless = plain(text, LINE_LIMIT)
    if cell_len(harmless) <= width:
        return set_cell_size(harmless, width)
    return set_cell_size(harmless, width - 1) + "…" if width > 1 else harmless[:width]


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


def spark(values: Sequence[float], width: int) -> str:
    """Return the newest values as a row of small bars."""
    shown = values[-width:]
    if not shown:
        return ""
    low, high = min(shown), max(shown)
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
