"""Two runs side by side, over the whole screen."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen

from fie_tui.looks.ink import Line, spread
from fie_tui.told.versus import Versus, versus_lines
from fie_tui.widgets.sheet import Sheet

HINTS: Line = ((" j k", "key"), (" scroll  ", "dim"), ("Esc", "key"), (" back to the runs", "dim"))


class VersusSheet(Sheet):
    """The comparison, scrolled."""

    def __init__(self, versus: Versus) -> None:
        super().__init__("versus")
        self._versus = versus
        self._top = 0

    def lines(self, width: int, height: int) -> list[Line]:
        """Return what is in sight."""
        told = versus_lines(self._versus, width)
        room = max(1, height - 3)
        self._top = max(0, min(self._top, len(told) - room))
        below = len(told) - room - self._top
        more = f"{below} lines below " if below > 0 else ""
        head: Line = ((" fie-tui ", "inverse"), (" two runs side by side", "dim"))
        seen = told[self._top : self._top + room]
        return [
            head,
            (),
            *seen,
            *([()] * (room - len(seen))),
            spread(HINTS, ((more, "dim"),), width),
        ]

    def scroll_lines(self, step: int) -> None:
        """Scroll, within what there is."""
        self._top += step
        self.repaint()


class VersusScreen(Screen[None]):
    """Shows a comparison until it is closed."""

    BINDINGS = [
        Binding("escape,q,enter,c", "dismiss", "close", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("pagedown,space,ctrl+d", "scroll(10)", show=False),
        Binding("pageup,ctrl+u", "scroll(-10)", show=False),
    ]
    ALLOW_SELECT = False

    def __init__(self, versus: Versus) -> None:
        super().__init__()
        self._versus = versus

    def compose(self) -> ComposeResult:
        """Show the one sheet."""
        yield VersusSheet(self._versus)

    def action_scroll(self, step: int) -> None:
        """Scroll the sheet."""
        self.query_one(VersusSheet).scroll_lines(step)
