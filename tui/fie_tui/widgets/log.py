"""What happened, one line an event."""

from collections.abc import Sequence

from fie_engine.view.rows import LogLine
from fie_tui.looks.figures import clock_time
from fie_tui.looks.ink import Line
from fie_tui.messages import CandidateChosen
from fie_tui.told.scene import Scene
from fie_tui.widgets.bottom import INK_OF
from fie_tui.widgets.panel import Panel


class Log(Panel):
    """Follows the newest line until the person moves up."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._rows: list[LogLine] = []
        self._at: int | None = None
        "The line in hand; None while following."

    def begin(self, scene: Scene, width: int) -> None:
        """Take the log of this moment."""
        self._rows = scene.view.log
        if self._at is None:
            self.top = max(0, len(self._rows) - self.page)

    def caption(self) -> Line:
        """Say how far below the newest line is."""
        if self._at is None:
            return (("following", "faint"),)
        return ((f"{len(self._rows) - 1 - self._at:,} newer below · G follows", "title"),)

    def length(self) -> int:
        """Return the number of lines."""
        return len(self._rows)

    def cursor(self) -> int | None:
        """Return the line in hand."""
        return self._at

    def empty(self) -> Sequence[str]:
        """Say what will be here."""
        return ("every event of the run appears here",)

    def move(self, step: int) -> str:
        """Take another line in hand; past the newest one, follow again."""
        at = (len(self._rows) if self._at is None else self._at) + step
        self._at = None if at >= len(self._rows) else max(0, at)
        self.repaint()
        return ""

    def open(self) -> str:
        """Return the candidate that the line in hand is about."""
        return self._rows[self._at].candidate if self._at is not None else ""

    def click_line(self, index: int) -> None:
        """Take the clicked line in hand and choose its candidate."""
        self._at = index
        self.repaint()
        candidate = self.open()
        if candidate:
            self.post_message(CandidateChosen(candidate))

    def line(self, index: int, width: int) -> Line:
        """Return one event."""
        row = self._rows[index]
        ink = INK_OF.get(row.glyph, "dim")
        text = "strong" if row.glyph == "★" else "text"
        return [
            (f" {clock_time(row.at)} ", "faint"),
            (f"{row.glyph} ", ink),
            (row.text, text),
        ]
