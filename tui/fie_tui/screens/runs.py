"""The start screen: the runs of a folder, and what one can do with them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.events import Click, Resize
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input

from fie_tui.keys.keymap_runs import RUNS_KEYS, bindings_of
from fie_tui.looks.ink import Line
from fie_tui.screens import runs_list
from fie_tui.screens.runs_acts import ACTS
from fie_tui.screens.runs_help import RunsHelp
from fie_tui.screens.runs_list import Listing
from fie_tui.told.glance import Glance, is_searching
from fie_tui.widgets.sheet import Sheet
from fie_tui.widgets.typed import TypedLine

if TYPE_CHECKING:
    from fie_tui.start import StartApp

ROWS_FROM = 2
"Lines above the first run."
SAID_S = 8.0
"How long the screen's own words stay."
FILTER = "filter"


class RunsSheet(Sheet):
    """The whole screen but the filter's box."""

    class RowClicked(Message):
        """A run's row was clicked."""

        def __init__(self, row: int, *, twice: bool) -> None:
            super().__init__()
            self.row = row
            self.twice = twice

    def __init__(self, name: str, listing: Callable[[int], Listing]) -> None:
        super().__init__(name)
        self._listing = listing

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the screen's lines."""
        return runs_list.screen_lines(self._listing(height), width, height)

    def on_click(self, event: Click) -> None:
        """Say which row is under the pointer."""
        self.post_message(self.RowClicked(event.y - ROWS_FROM, twice=event.chain == 2))


class RunsScreen(Screen[None]):
    """Lists the runs; what opens one leaves the start screen with a command line."""

    BINDINGS = bindings_of(RUNS_KEYS)
    ALLOW_SELECT = False
    AUTO_FOCUS = ""

    app: "StartApp"

    def __init__(self, chosen: str) -> None:
        super().__init__()
        self.words: tuple[str, ...] = ()
        self.marks: tuple[str, ...] = ()
        self._chosen = chosen
        self._top = 0
        self._said = ""
        self._said_at = 0.0
        self._sheet = RunsSheet("runs", self.listing)
        self._box = TypedLine(
            id=FILTER, placeholder="name, state, track, proposer", select_on_focus=False
        )
        self._box.display = False

    def compose(self) -> ComposeResult:
        """Make the list, and the filter's box that lies over its last line."""
        yield self._sheet
        yield self._box

    def on_resize(self, event: Resize) -> None:
        """Fit the new size."""
        self.repaint()

    # What is seen.

    @property
    def shown(self) -> list[Glance]:
        """The runs that the filter leaves."""
        return [one for one in self.app.glances if runs_list.holds(one, self.words)]

    @property
    def chosen(self) -> Glance | None:
        """The run that the cursor is on."""
        shown = self.shown
        return shown[self._at(shown)] if shown else None

    def listing(self, height: int) -> Listing:
        """Return the screen as it is at this moment, the chosen run in sight."""
        shown, rows = self.shown, runs_list.rows_in_sight(height)
        at = self._at(shown)
        self._top = max(0, min(max(self._top, at - rows + 1), at, max(0, len(shown) - rows)))
        return Listing(
            runs_root=self.app.runs_root,
            runs=shown,
            total=len(self.app.glances),
            searching=sum(1 for one in self.app.glances if is_searching(one)),
            at=at,
            marks=tuple(name for name in self.marks if name in self.app.names),
            words=self.words,
            now=self.app.clock(),
            complete=self.app.complete,
            said=self._said,
            top=self._top,
        )

    def _at(self, shown: list[Glance]) -> int:
        return next((i for i, one in enumerate(shown) if one.name == self._chosen), 0)

    def repaint(self) -> None:
        """Show the runs as they are now."""
        if self._said and self.app.clock() - self._said_at > SAID_S:
            self._said = ""
        if self.is_mounted:
            self._sheet.repaint()

    def say(self, words: str) -> None:
        """Tell the person something."""
        self._said, self._said_at = words, self.app.clock()
        self.repaint()

    # What a person does.

    def action_do(self, name: str) -> None:
        """Do what a key stands for."""
        if self._box.display and name != "back":
            return
        self._said = ""
        ACTS[name](self)

    def move(self, step: int) -> None:
        """Choose the run `step` rows down."""
        shown = self.shown
        if shown:
            at = max(0, min(self._at(shown) + step, len(shown) - 1))
            self._chosen = shown[at].name
        self.repaint()

    @on(RunsSheet.RowClicked)
    def choose_row(self, message: RunsSheet.RowClicked) -> None:
        """Choose the clicked run; clicked twice, open it."""
        shown = self.shown
        index = self._top + message.row
        if 0 <= message.row and index < len(shown):
            self._chosen = shown[index].name
            self.repaint()
            if message.twice:
                ACTS["open"](self)

    def mark(self) -> None:
        """Mark the chosen run, or take its mark away; the newest two marks stay."""
        glance = self.chosen
        if glance is None:
            return
        if glance.name in self.marks:
            self.marks = tuple(one for one in self.marks if one != glance.name)
        else:
            self.marks = (*self.marks, glance.name)[-2:]
        self.move(1)

    def open_filter(self) -> None:
        """Let the person type a filter."""
        self._box.display = True
        self._box.value = " ".join(self.words)
        self.set_focus(self._box)

    @on(Input.Changed)
    def filter_as_typed(self, message: Input.Changed) -> None:
        """Filter while the person types."""
        self.words = tuple(message.value.lower().split())
        self.repaint()

    @on(Input.Submitted)
    def end_filtering(self) -> None:
        """Keep the filter and go back to the list."""
        self._box.display = False
        self.set_focus(None)
        self.repaint()

    def back(self) -> None:
        """Go one step back: out of the filter, then drop the marks."""
        if self._box.display or self.words:
            self.words = ()
            self.end_filtering()
        else:
            self.marks = ()
            self.repaint()

    def open_help(self) -> None:
        """Show what the keys and signs mean."""
        self.app.push_screen(RunsHelp())
