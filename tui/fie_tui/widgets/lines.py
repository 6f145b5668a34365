"""A few lines without a frame that repaint only when they differ."""

from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from fie_tui.looks.ink import Line, changed_width, strip, width_of
from fie_tui.told.scene import Scene


class Lines(Widget):
    """A strip of lines across the screen."""

    def __init__(self, name: str) -> None:
        super().__init__(id=name)
        self.scene: Scene | None = None
        self._painted: list[Line] = []

    def compose_lines(self, scene: Scene, width: int, height: int) -> list[Line]:
        """Return the lines to show; a subclass says what they are."""
        raise NotImplementedError

    def show(self, scene: Scene) -> None:
        """Take in what is to be seen and repaint what differs."""
        self.scene = scene
        if not self.size.area:
            return
        lines = self.compose_lines(scene, self.size.width, self.size.height)
        before, self._painted = self._painted, lines
        if len(before) != len(lines):
            self.refresh()
            return
        for y, line in enumerate(lines):
            if line != before[y]:
                self.refresh(Region(0, y, min(self.size.width, self._changed(before[y], line)), 1))

    def _changed(self, before: Line, after: Line) -> int:
        """Return the width that must be sent; a line that got shorter leaves blanks behind."""
        if width_of(before) != width_of(after):
            return self.size.width
        return changed_width(before, after)

    def render_line(self, y: int) -> Strip:
        """Return a line for the compositor."""
        line = self._painted[y] if y < len(self._painted) else ()
        return strip(line, self.size.width)

    def on_resize(self, event: Resize) -> None:
        """Draw anew at the new size."""
        self._painted = []
        if self.scene is not None:
            self.show(self.scene)
