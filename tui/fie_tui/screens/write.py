"""A line of text that a person types; Tab goes through what it may be for."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from fie_tui.looks.ink import Line, wrapped
from fie_tui.screens.ask import MARGIN, TEXT_WIDTH
from fie_tui.widgets.page import Page
from fie_tui.widgets.typed import TypedLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was typed, and what for."""

    text: str
    purpose: int
    "Index of the purpose that stood when Enter was pressed."


class Write(ModalScreen[Written]):
    """Returns what was typed; None when Esc was pressed."""

    BINDINGS = [
        Binding("escape", "cancel", show=False),
        Binding("tab,down", "step(1)", show=False),
        Binding("shift+tab,up", "step(-1)", show=False),
    ]

    def __init__(
        self,
        title: str,
        text: Sequence[str],
        *,
        purposes: Sequence[str] = (),
        starts: Sequence[str] = (),
        typed: str = "",
    ) -> None:
        """Take what is asked, and what stands on the line at first: one text, or one a purpose."""
        super().__init__()
        self._heading = title
        self._text = tuple(text)
        self._purposes = tuple(purposes)
        self._at = 0
        self._starts = tuple(starts)
        self._typed = starts[0] if starts else typed

    def compose(self) -> ComposeResult:
        """Show what is asked for, and a line to type on."""
        closing = "Enter sends · Esc cancels"
        tab = "Tab: another › · " if len(self._purposes) > 1 else ""
        with Vertical(id="write"):
            yield Page(self._heading, self._lines(), tab + closing)
            yield TypedLine(value=self._typed, id="words", select_on_focus=False)

    def on_mount(self) -> None:
        """Let the person type at once."""
        self.set_focus(self.query_one(Input))

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Return what was typed."""
        message.stop()
        self.dismiss(Written(text=message.value, purpose=self._at))

    def on_input_changed(self, message: Input.Changed) -> None:
        """Keep the board's filter out of it."""
        message.stop()

    def action_cancel(self) -> None:
        """Return nothing."""
        self.dismiss(None)

    def action_step(self, step: int) -> None:
        """Go to another purpose."""
        if self._purposes:
            self._at = (self._at + step) % len(self._purposes)
            if self._starts:
                self.query_one(Input).value = self._starts[self._at]
            self.query_one(Page).replace(self._lines())

    def _lines(self) -> list[Line]:
        width = max(10, min(TEXT_WIDTH, self.app.size.width - MARGIN))
        lines: list[Line] = [()]
        for paragraph in self._text:
            lines += [((one, "text"),) for one in wrapped(paragraph, width)]
        for index, purpose in enumerate(self._purposes):
            mark, ink = ("› ", "strong") if index == self._at else ("  ", "text")
            lines.append(((mark, "focus"), (purpose, ink)))
        return [*lines, ()]
