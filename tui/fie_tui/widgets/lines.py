"""A few lines without a frame that repaint only when they differ."""

from fie_tui.looks.ink import Line
from fie_tui.told.scene import Scene
from fie_tui.widgets.sheet import Sheet


class Lines(Sheet):
    """A strip of lines across the screen."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.scene: Scene | None = None

    def compose_lines(self, scene: Scene, width: int, height: int) -> list[Line]:
        """Return the lines to show; a subclass says what they are."""
        raise NotImplementedError

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the lines of what is to be seen now."""
        return [] if self.scene is None else self.compose_lines(self.scene, width, height)

    def show(self, scene: Scene) -> None:
        """Take in what is to be seen and repaint what differs."""
        self.scene = scene
        self.repaint()
