"""The board: panels, what is chosen, and the keys."""

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingsMap
from textual.events import Resize
from textual.geometry import Size
from textual.layout import Layout
from textual.screen import Screen
from textual.widgets import Input

from fie_engine.view.rows import CandidateRow
from fie_engine.view.run import RunView
from fie_tui.diff.desk import Desk
from fie_tui.keys.actions import Situation
from fie_tui.keys.deeds import act
from fie_tui.keys.table import USUAL_KEYS, KeyTable
from fie_tui.looks.plan import EVENTS, HINTS, PANELS, STATUS, Plan, groups
from fie_tui.messages import (
    CandidateChosen,
    KernelText,
    ListAsked,
    PanelClicked,
    WorkloadChosen,
)
from fie_tui.screens.binding import bindings
from fie_tui.screens.circumstances import situation_of
from fie_tui.screens.placing import PLAN_LAYOUT
from fie_tui.told.listing import TERMS, Listing
from fie_tui.told.scene import Scene
from fie_tui.told.sight import Sight
from fie_tui.widgets.bottom import EventLine, Hints
from fie_tui.widgets.lines import Lines
from fie_tui.widgets.panel import Panel
from fie_tui.widgets.panels import MAKERS
from fie_tui.widgets.since import SINCE, Since
from fie_tui.widgets.status import Status
from fie_tui.widgets.typed import TypedLine

if TYPE_CHECKING:
    from fie_tui.app import BoardApp

FILTER = "filter"
FILTER_WORDS = f"show only: {TERMS} (Enter keeps, Esc drops)"
CLOCKED = {"islands", "gpu"}
"Panels that the clock or the newest heartbeat alone can change."
LOCAL_S = 6.0
"How long the board's own words stay when no event follows."


class BoardScreen(Screen[None]):
    """Shows one run; what steers the search goes through the app."""

    ALLOW_SELECT = False
    AUTO_FOCUS = ""
    "The keys are the board's own; only the filter ever takes the focus."

    app: "BoardApp"

    def __init__(self, keys: KeyTable = USUAL_KEYS) -> None:
        super().__init__()
        self.keys = keys
        self._bindings = BindingsMap(bindings(keys))
        self.sight = Sight()
        self._panels = {name: MAKERS[name](name) for name in PANELS}
        self._lines: dict[str, Lines] = {
            STATUS: Status(STATUS),
            EVENTS: EventLine(EVENTS),
            HINTS: Hints(HINTS),
        }
        self.since = Since()
        self._box = TypedLine(id=FILTER, placeholder=TERMS, select_on_focus=False)
        self._box.display = False
        self.desk = Desk()
        self._listing = Listing()
        self._local = ""
        self._local_since = 0.0
        self.reason = ""
        "Why the next command is sent, where the person said so."

    @property
    def layout(self) -> Layout:
        """Where the panels lie."""
        return PLAN_LAYOUT

    def compose(self) -> ComposeResult:
        """Make everything once; the plan decides what is seen."""
        yield from self._lines.values()
        yield from self._panels.values()
        yield self.since
        yield self._box

    # What is seen.

    @property
    def view(self) -> RunView:
        """The run as far as its events are known, or as it was when a person went back in time."""
        return self.app.replay.view or self.app.view

    @property
    def filtering(self) -> bool:
        """Whether the filter is being typed."""
        return bool(self._box.display)

    @property
    def shown(self) -> CandidateRow | None:
        """The candidate that the detail panels are about."""
        view = self.view
        names = (self.sight.picked, view.last_judged, view.seed_candidate)
        return next((view.candidates[name] for name in names if name in view.candidates), None)

    @property
    def situation(self) -> Situation:
        """What decides which actions make sense now."""
        return situation_of(self)

    def scene(self) -> Scene:
        """Return what every panel looks at, now."""
        size, past = self.app.size, self.app.replay.view
        now = past.last_at if past else self.app.clock()
        return Scene(
            view=self.view,
            live=None if past else self.app.live,
            gauged=self.app.gauged,
            engine=self.app.engine_at_work and not past,
            now=now,
            head=self.app.view.last_seq,
            past=past is not None,
            rows=self._listing.rows(self.view, self.sight.wish, now=now, marks=self.sight.marks),
            sight=self.sight,
            chosen=self.shown,
            kernel=self.desk.kernel,
            tabs=groups(size.width, size.height),
            situation=self.situation,
            keys=self.keys,
            local=(self.sight.wish.query.problem or FILTER_WORDS)
            if self.filtering
            else self._local or self.app.trouble,
            trouble=self.app.trouble,
            loading=self.app.loading,
        )

    def places(self, size: Size) -> Plan:
        """Return where everything lies at this size."""
        places = self.sight.places(size.width, size.height)
        if self.since.is_open and not self.filtering:
            places[SINCE] = self.since.place(size)
        if self.filtering and HINTS in places:
            places[FILTER] = places.pop(HINTS)
        return places

    def repaint(self) -> None:
        """Show the run as it is now."""
        if not self.is_mounted:
            return
        live = None if self.sight.picked or self.app.replay.view else self.app.live
        self.desk.ask(self.view, self.shown, live, self.app.reader, self.sight)
        scene = self.scene()
        shown = self.places(self.app.size)
        widgets: list[Lines | Panel] = [*self._lines.values(), *self._panels.values(), self.since]
        for widget in widgets:
            if widget.id in shown:
                widget.show(scene)

    def repaint_clock(self) -> None:
        """Show what the clock alone changes."""
        if self._local and self.app.clock() - self._local_since > LOCAL_S:
            self._local = ""
            self._lines[EVENTS].show(self.scene())
        scene = self.scene()
        self._lines[STATUS].show(scene)
        for name in self.places(self.app.size).keys() & CLOCKED:
            self._panels[name].show(scene)

    def say(self, words: str) -> None:
        """Tell the person something that is no event of the run."""
        self._local, self._local_since = words, self.app.clock()
        self.repaint()

    def hush(self) -> None:
        """Make room for an event that is worth more than the board's own words."""
        self._local = ""

    def on_resize(self, event: Resize) -> None:
        """Fit the new size; panels follow with their own sizes."""
        self.repaint()

    # What panels and threads say.

    def take_kernel(self, text: KernelText) -> None:
        """Show a kernel's diff that has come."""
        self.desk.take(text)
        scene = self.scene()
        for name in self.places(self.app.size).keys() & {"diff", "about", "checklist"}:
            self._panels[name].show(scene)

    @on(CandidateChosen)
    def choose(self, message: CandidateChosen) -> None:
        """Show the candidate that a person picked."""
        self.pick(message.candidate)

    @on(WorkloadChosen)
    def ask_why(self, message: WorkloadChosen) -> None:
        """Say why a workload's speed is what it is."""
        self.sight = replace(self.sight, workload=message.workload)
        self.repaint()

    @on(PanelClicked)
    def focus_clicked(self, message: PanelClicked) -> None:
        """Focus the clicked panel."""
        if message.panel != self.sight.focus:
            self.focus_panel(message.panel)

    @on(ListAsked)
    def list_some(self, message: ListAsked) -> None:
        """List an island's candidates, or those of one kind."""
        self.show_only(message.words)

    @on(Input.Changed)
    def filter_as_typed(self, message: Input.Changed) -> None:
        """Filter while the person types."""
        self.sight = self.sight.filtered(message.value)
        self.repaint()

    @on(Input.Submitted)
    def end_filtering(self) -> None:
        """Keep the filter and go back to the list."""
        self._show_filter(False)

    # What a person does.

    def pick(self, candidate: str) -> None:
        """Show a candidate until another is picked; empty follows the newest again."""
        self.sight = replace(self.sight, picked=candidate)
        # The moved cursor goes out first; a key feels slow when it waits for all panels.
        self.focused_panel.show(self.scene())
        self.call_after_refresh(self.repaint)

    def focus_panel(self, name: str) -> None:
        """Give a panel the keys; one that shares its place comes to the front."""
        self.sight = self.sight.focused(name)
        self.rearrange()

    def rearrange(self) -> None:
        """Lay the panels out again, then show them."""
        # A child's request, not the screen's own, makes the screen forget its arrangement.
        self._lines[STATUS].refresh(repaint=False, layout=True)
        self.repaint()

    @property
    def focused_panel(self) -> Panel:
        """The panel that has the keys."""
        return self._panels[self.sight.focus]

    def action_act(self, name: str, key: str = "") -> None:
        """Take the action of a key, or say why it can't be taken."""
        self.reason = ""
        self.act(name, key)

    def act(self, name: str, key: str = "") -> None:
        """Take an action, or say why it can't be taken."""
        action = self.keys.action(name)
        if refusal := action.refusal(self.situation):
            self.say(f"{action.label}: {refusal}")
            return
        self._local = ""
        act(self, name, key)

    def open_filter(self) -> None:
        """Let the person type a filter."""
        self._show_filter(True)
        self._box.value = " ".join(self.sight.wish.words)
        self.set_focus(self._box)

    def _show_filter(self, shown: bool) -> None:
        self._box.display = shown
        if not shown:
            self.set_focus(None)
        self.focus_panel("candidates")

    def back(self) -> None:
        """Go one step back: out of the filter box, the zoom, the choice, the filter."""
        if self.filtering:
            self.sight = self.sight.filtered("")
            self._show_filter(False)
            return
        if self.since.is_open:
            self.since.close()
        else:
            self.sight = self.sight.back()
        self.rearrange()

    def show_only(self, terms: str) -> None:
        """List the candidates that a filter lets through."""
        self.sight = self.sight.filtered(terms)
        self.focus_panel("candidates")
