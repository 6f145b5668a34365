"""The command line: a word finds a command, words after it run it."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from fie_tui.keys.command_line import (
    Entry,
    deed_of,
    entries,
    found,
    is_optional,
    offered_words,
    phrase_of,
)
from fie_tui.keys.phrases import Phrase
from fie_tui.keys.spoken import Deed, Misspoken, Offer
from fie_tui.looks.ink import Line, pad
from fie_tui.screens.board import BoardScreen
from fie_tui.widgets.page import Page
from fie_tui.widgets.typed import TypedLine

WIDEST, HIGHEST, MARGIN = 96, 14, 8
NAME_WIDTH, KEY_WIDTH = 26, 8
CLOSING = "Tab completes · ↑ ↓ choose · Enter runs · Esc closes"
ASKED = "a word finds a command; its arguments run it: fork c0012 · hint use larger tiles"


class CommandLine(ModalScreen[Deed]):
    """Returns what to do; None when Esc was pressed."""

    BINDINGS = [
        Binding("escape", "cancel", show=False),
        Binding("tab", "complete", show=False),
        Binding("down,ctrl+n", "step(1)", show=False),
        Binding("up,shift+tab,ctrl+p", "step(-1)", show=False),
    ]

    def __init__(self, board: BoardScreen) -> None:
        super().__init__()
        self._board = board
        self._entries = entries(board)
        self._at = 0
        self._problem = ""

    def compose(self) -> ComposeResult:
        """Show what there is, and a line to type on."""
        with Vertical(id="write"):
            yield Page("Commands", self._lines(""), CLOSING)
            yield TypedLine(id="words", placeholder="a word, or a command and its arguments")

    def on_mount(self) -> None:
        """Let the person type at once."""
        self.query_one("#words").styles.max_width = self._width + 4
        self.set_focus(self.query_one(Input))

    def on_input_changed(self, message: Input.Changed) -> None:
        """Show what the line could mean now."""
        message.stop()
        self._at, self._problem = 0, ""
        self._show()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Run the line; a single word runs the command that is marked."""
        message.stop()
        if self._is_half_said(message.value):
            self.action_complete()
            return
        line = message.value.strip()
        found_ones = [] if phrase_of(message.value)[0] else self._found(line)
        if found_ones and line not in {entry.name for entry in found_ones}:
            line = found_ones[self._at].name
        if not line:
            return
        try:
            self.dismiss(deed_of(self._board, line))
        except Misspoken as error:
            self._problem = str(error)
            self._show()

    def _is_half_said(self, typed: str) -> bool:
        """Whether the last word is only the beginning of what is marked."""
        phrase, rest = phrase_of(typed)
        last = rest.rpartition(" ")[2]
        if phrase is None or is_optional(phrase) or not last:
            return False
        starting = [one.word for one in self._offers(typed) if one.word.startswith(last)]
        return bool(starting) and last not in starting

    def action_cancel(self) -> None:
        """Do nothing."""
        self.dismiss(None)

    def action_step(self, step: int) -> None:
        """Mark another of what is offered."""
        count = len(self._choices())
        self._at = (self._at + step) % count if count else 0
        self._show()

    def action_complete(self) -> None:
        """Put the marked word on the line."""
        choices, line = self._choices(), self.query_one(Input)
        if not choices:
            return
        if phrase_of(line.value)[0] is None:
            line.value = choices[self._at]
        else:
            line.value = f"{line.value.rpartition(' ')[0]} {choices[self._at]} "
        line.cursor_position = len(line.value)

    @property
    def _width(self) -> int:
        return max(10, min(WIDEST, self.app.size.width - MARGIN))

    @property
    def _height(self) -> int:
        return max(3, min(HIGHEST, self.app.size.height - MARGIN))

    def _found(self, typed: str) -> list[Entry]:
        return found(typed, self._entries)

    def _offers(self, typed: str) -> list[Offer]:
        phrase, rest = phrase_of(typed)
        return offered_words(self._board, phrase, rest) if phrase else []

    def _choices(self) -> list[str]:
        """Return what Tab would put on the line, for each that is offered."""
        typed = self.query_one(Input).value
        if phrase_of(typed)[0]:
            return [offer.word for offer in self._offers(typed)]
        return [entry.word for entry in self._found(typed)]

    def _show(self) -> None:
        self.query_one(Page).replace(self._lines(self.query_one(Input).value))

    def _lines(self, typed: str) -> list[Line]:
        """Return as many lines as ever, so that the frame stays where it is."""
        phrase, _ = phrase_of(typed)
        head = self._usage(phrase) if phrase else ((ASKED, "dim"),)
        if self._problem:
            head = ((self._problem, "bad"),)
        rows = self._offer_lines(typed) if phrase else self._entry_lines(typed)
        room = self._height
        top = max(0, min(self._at - room + 1, len(rows) - room))
        shown = rows[top : top + room]
        blank: Line = ((" " * self._width, "text"),)
        return [head, *shown, *[blank] * (room - len(shown))]

    def _usage(self, phrase: Phrase) -> Line:
        about = phrase.about or self._board.keys.action(phrase.action).help
        return ((phrase.name, "strong"), (f" {phrase.usage}", "key"), (f"  {about}", "dim"))

    def _entry_lines(self, typed: str) -> list[Line]:
        return [
            _entry_line(entry, marked=index == self._at)
            for index, entry in enumerate(self._found(typed))
        ]

    def _offer_lines(self, typed: str) -> list[Line]:
        return [
            (*_mark(index == self._at), (pad(offer.word, NAME_WIDTH), "text"), (offer.about, "dim"))
            for index, offer in enumerate(self._offers(typed))
        ]


def _entry_line(entry: Entry, *, marked: bool) -> Line:
    name = pad(f"{entry.name} {entry.usage}", NAME_WIDTH)
    if entry.refusal:
        return (*_mark(marked), (name, "faint"), (f" {entry.refusal}", "faint"))
    said = entry.about if entry.label in (entry.name, "") else f"{entry.label}: {entry.about}"
    ink = "strong" if marked else "text"
    return (*_mark(marked), (name, ink), (pad(entry.key, KEY_WIDTH), "key"), (said, "dim"))


def _mark(marked: bool) -> Line:
    return (("› " if marked else "  ", "focus"),)
