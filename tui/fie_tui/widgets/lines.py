"""A few lines without a frame that repaint only when they differ."""

from textual.events import Resize
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from fie_tui.ink import Line, strip
from fie_tui.scene import Scene


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
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """Return a line for the compositor."""
        line = self._painted[y] if y < len(self._painted) else ()
        return strip(line, self.size.width)

    def on_resize(self, event: Resize) -> None:
        """Draw anew at the new size."""
        self._painted = []
        if self.scene is not None:
            self.show(self.scene)
