"""The form's fields: what each means, and the two kinds that aren't typed."""

from textual.binding import Binding
from textual.events import Click
from textual.message import Message

from fie_tui.looks.ink import Line, Span
from fie_tui.widgets.sheet import Sheet

PLACEHOLDERS = {
    "track": "by GPU and data set",
    "dataset": "the track's own",
    "kernel": "the track's own",
    "model": "FIE_MODEL, or the only one",
    "server": "FIE_BASE_URL, or none",
    "islands": "3",
    "iterations": "200",
    "budget": "none",
    "name": "track, date and time",
}

HELP = {
    "track": "What is searched: moe-mini (any CPU), moe (a CUDA GPU and its data set), or the name "
    "of any definition in the data set below. Empty: the best that this machine can judge.",
    "dataset": "Root of a flashinfer-trace data set. Empty: the track's own, FIB_DATASET_PATH or a "
    "customary place. `fie-tui dataset make DIR` writes one.",
    "kernel": "Python file to start from. Empty: the kernel that comes with the track.",
    "proposer": "Who proposes children; ← → choose. auto: a model where one is set up, else the "
    "operators. operators: transforms and knobs, no model. llm: the model. mixed: both.",
    "model": "The model's name as its server lists it. Empty: FIE_MODEL, or the only one there.",
    "server": "An OpenAI-compatible address, for example http://localhost:11434/v1. The key comes "
    "from FIE_API_KEY (for OpenAI from OPENAI_API_KEY) in the environment, never from here.",
    "islands": "Populations that evolve apart and exchange their best.",
    "iterations": "Proposals in all. It can be raised later: fie-tui run --resume NAME "
    "--iterations N.",
    "budget": "Ends the run cleanly: for example 2 usd, 500000 tokens, 1.5 hours or 900 "
    "gpu-seconds; several with commas.",
    "name": "The run's folder. Empty: the track, the date and the time.",
    "go": "Enter starts the search as the command below does, and opens its board.",
}


class Choice(Sheet, can_focus=True):
    """A field with a few values; ← and → go through them."""

    BINDINGS = [
        Binding("right,space,l", "step(1)", show=False),
        Binding("left,h", "step(-1)", show=False),
        Binding("enter", "submit", show=False),
    ]

    class Chosen(Message):
        """Another value was chosen."""

        def __init__(self, field: str, value: str) -> None:
            super().__init__()
            self.field = field
            self.value = value

    class Submitted(Message):
        """Enter was pressed."""

    def __init__(self, name: str, values: tuple[str, ...], value: str) -> None:
        super().__init__(name)
        self._field = name
        self._values = values
        self._at = values.index(value) if value in values else 0

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the values, the chosen one marked."""
        spans: list[Span] = []
        for index, value in enumerate(self._values):
            here = index == self._at
            ink = ("focus" if self.has_focus else "strong") if here else "dim"
            spans.append((f"‹{value}›" if here else f" {value} ", ink))
        return [spans]

    def action_step(self, step: int) -> None:
        """Choose another value."""
        self._at = (self._at + step) % len(self._values)
        self.repaint()
        self.post_message(self.Chosen(self._field, self._values[self._at]))

    def action_submit(self) -> None:
        """Go on."""
        self.post_message(self.Submitted())

    def on_focus(self) -> None:
        """Show that the keys are here."""
        self.repaint()

    def on_blur(self) -> None:
        """Show that they aren't."""
        self.repaint()


class Go(Sheet, can_focus=True):
    """The line that starts the search."""

    BINDINGS = [Binding("enter", "press", show=False)]

    class Pressed(Message):
        """Enter was pressed, or the line was clicked."""

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the one line."""
        ink = "focus" if self.has_focus else "dim"
        return [((" › " if self.has_focus else "   ", ink), ("[ start the search ]", ink))]

    def action_press(self) -> None:
        """Start."""
        self.post_message(self.Pressed())

    def on_click(self, event: Click) -> None:
        """Start."""
        self.post_message(self.Pressed())

    def on_focus(self) -> None:
        """Show that the keys are here."""
        self.repaint()

    def on_blur(self) -> None:
        """Show that they aren't."""
        self.repaint()
