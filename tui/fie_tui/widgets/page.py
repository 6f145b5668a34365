"""A framed text in the middle of the screen."""

from collections.abc import Sequence

from textual.strip import Strip
from textual.widget import Widget

from fie_tui.looks.ink import Line, Span, strip, width_of

MARGIN = 4


class Page(Widget):
    """As wide and high as its text, at most the screen."""

    def __init__(self, title: str, lines: Sequence[Line], closing: str) -> None:
        super().__init__()
        self._heading = title
        self._lines = list(lines)
        self._hint = closing
        self._top = 0

    def on_mount(self) -> None:
        """Take the room that the text needs."""
        widest = max([*(width_of(line) for line in self._lines), len(self._hint)])
        self.styles.width = widest + MARGIN
        self.styles.height = len(self._lines) + 2

    def replace(self, lines: Sequence[Line]) -> None:
        """Show other lines in the same room."""
        self._lines = list(lines)
        self.refresh()

    def scroll_lines(self, step: int) -> None:
        """Scroll, within what there is."""
        most = max(0, len(self._lines) - (self.size.height - 2))
        self._top = max(0, min(self._top + step, most))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return a line of the frame or the text."""
        width, height = self.size.width, self.size.height
        if y == 0:
            return strip(_edge("╭─", f" {self._heading} ", "╮", width, "focus"), width)
        if y == height - 1:
            return strip(_edge("╰─", f" {self._hint} ", "╯", width, "dim"), width)
        index = self._top + y - 1
        text = self._lines[index] if index < len(self._lines) else ()
        room = max(0, width - 3)
        body = strip(text, room).crop(0, room)
        edge = strip((("│ ", "frame"),), 2)
        return Strip.join([edge, body, strip((("│", "frame"),), 1)])


def _edge(start: str, text: str, end: str, width: int, ink: str) -> list[Span]:
    room = max(0, width - len(start) - len(text) - len(end))
    return [(start, "frame"), (text, ink), ("─" * room + end, "frame")]
