"""A question with a few answers; the first one is the default."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from fie_tui.looks.ink import Line, wrapped
from fie_tui.widgets.page import Page

TEXT_WIDTH = 66
MARGIN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One way to answer."""

    id: str
    key: str
    "One letter."
    label: str


CANCEL = Answer(id="cancel", key="c", label="cancel")


class Ask(ModalScreen[str]):
    """Returns the id of the chosen answer; Esc means cancel."""

    BINDINGS = [
        Binding("escape", "answer('cancel')", show=False),
        Binding("enter", "accept", show=False),
        Binding("j,down,tab,right,l", "step(1)", show=False),
        Binding("k,up,shift+tab,left,h", "step(-1)", show=False),
    ]

    def __init__(self, title: str, text: Sequence[str], answers: Sequence[Answer]) -> None:
        super().__init__()
        self._heading = title
        self._text = tuple(text)
        self._answers = tuple(answers)
        self._at = 0

    def compose(self) -> ComposeResult:
        """Show the question."""
        yield Page(self._heading, self._lines(), "Enter takes › · Esc cancels")

    def on_key(self, event: events.Key) -> None:
        """Take an answer by its letter."""
        for answer in self._answers:
            if event.character == answer.key:
                event.stop()
                self.dismiss(answer.id)

    def action_answer(self, answer: str) -> None:
        """Give an answer."""
        self.dismiss(answer)

    def action_accept(self) -> None:
        """Give the marked answer."""
        self.dismiss(self._answers[self._at].id)

    def action_step(self, step: int) -> None:
        """Mark another answer."""
        self._at = (self._at + step) % len(self._answers)
        self.query_one(Page).replace(self._lines())

    def _lines(self) -> list[Line]:
        width = max(10, min(TEXT_WIDTH, self.app.size.width - MARGIN))
        lines: list[Line] = [()]
        for paragraph in self._text:
            lines += [((text, "text"),) for text in wrapped(paragraph, width)]
        lines.append(())
        for i, answer in enumerate(self._answers):
            mark, ink = ("› ", "strong") if i == self._at else ("  ", "text")
            lines.append(((mark, "focus"), (f"{answer.key} ", "key"), (answer.label, ink)))
        return [*lines, ()]
