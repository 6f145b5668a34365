"""Lines that repaint only where they differ, whatever they are about."""

from collections.abc import Sequence

from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from fie_tui.looks.ink import Line, changed_width, strip, style_of, width_of


class Sheet(Widget):
    """A rectangle of lines; a subclass says what they are."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self._painted: list[Line] = []

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the lines to show at this size."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Draw again, and send only what differs from what is on screen."""
        if not self.size.area:
            return
        lines = self.lines(self.size.width, self.size.height)
        before, self._painted = self._painted, lines
        if len(before) != len(lines):
            self.refresh()
            return
        for y, line in enumerate(lines):
            if line != before[y]:
                self.refresh(Region(0, y, min(self.size.width, _changed(before[y], line)), 1))

    def render_line(self, y: int) -> Strip:
        """Return a line for the compositor."""
        line = self._painted[y] if y < len(self._painted) else ()
        return strip(line, self.size.width)

    def on_resize(self, event: Resize) -> None:
        """Draw anew at the new size."""
        self._painted = []
        self.repaint()


class Words(Sheet):
    """Lines that somebody else composes."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._said: list[Line] = []

    def say(self, *lines: Line) -> None:
        """Show these lines."""
        self._said = list(lines)
        self.repaint()

    def lines(self, width: int, height: int) -> list[Line]:
        """Return what was said."""
        return self._said[:height]


def chosen(line: Line, width: int) -> Line:
    """Return the line as the one that the cursor is on, over the whole width."""
    room = max(0, width - width_of(line))
    return tuple((text, style_of(ink, True)) for text, ink in (*line, (" " * room, "text")))


def framed(title: str, lines: Sequence[Line], width: int, ink: str = "title") -> list[Line]:
    """Return a rule with a title, and the lines below it."""
    rule = "─" * max(0, width - len(title) - 4)
    return [(("──", "frame"), (f" {title} ", ink), (rule, "frame")), *lines]


def _changed(before: Line, after: Line) -> int:
    """Return the width that must be sent; a line that got shorter leaves blanks behind."""
    if width_of(before) != width_of(after):
        return max(width_of(before), width_of(after))
    return changed_width(before, after)
