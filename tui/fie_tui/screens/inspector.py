"""The prompt inspector: what a model was shown, what had no room, and what it answered."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from fie_engine.model import Exchange
from fie_tui.looks.ink import Line, wrapped
from fie_tui.told.prompt import RULE, prompt_lines
from fie_tui.widgets.page import MARGIN, Page

FACTS = 3
"Lines at the top that are ours, not the prompt's."


def inspector_lines(exchange: Exchange, width: int) -> list[Line]:
    """Return the page's lines, none wider than `width`."""
    told = list(prompt_lines(exchange))
    lines: list[Line] = []
    for index, text in enumerate(told):
        ink = "focus" if text.startswith(RULE * 2) else "strong" if index < FACTS else "text"
        lines += [((piece, ink),) for piece in _pieces(text, width)]
    return lines


def _pieces(text: str, width: int) -> list[str]:
    """Return a line that is too long in pieces; one that fits keeps its indentation."""
    return [text] if len(text) <= width else wrapped(text, width)


class Inspector(ModalScreen[None]):
    """A page over the board."""

    BINDINGS = [
        Binding("escape,i,q,enter", "dismiss", "close", show=False),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("pagedown,space,ctrl+d", "scroll(20)", show=False),
        Binding("pageup,ctrl+u", "scroll(-20)", show=False),
        Binding("g,home", "scroll(-1000000)", show=False),
        Binding("G,end", "scroll(1000000)", show=False),
    ]

    def __init__(self, candidate: str, exchange: Exchange) -> None:
        super().__init__()
        self._candidate = candidate
        self._exchange = exchange

    def compose(self) -> ComposeResult:
        """Show the one page."""
        lines = inspector_lines(self._exchange, self.app.size.width - MARGIN)
        title = f"The prompt that made {self._candidate}"
        yield Page(title, lines, "j k scroll · g G ends · Esc closes")

    def action_scroll(self, step: int) -> None:
        """Scroll the page."""
        self.query_one(Page).scroll_lines(step)
