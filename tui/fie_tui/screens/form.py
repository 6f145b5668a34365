"""The form of a new run: checked while it is typed, with the command line that it amounts to."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from fie_tui.keys.keymap_runs import FORM_KEYS, bindings_of
from fie_tui.looks.ink import Line, Span, pad, spread, wrapped
from fie_tui.screens.form_fields import HELP, PLACEHOLDERS, Choice, Go
from fie_tui.screens.runs_list import hint_line
from fie_tui.session.checker import Checker
from fie_tui.session.form_checks import Checked, Surroundings, Verdict, check_numbers
from fie_tui.told.new_run import FIELDS, PROPOSERS, NewRun, command_lines, words_of
from fie_tui.widgets.sheet import Words, framed
from fie_tui.widgets.typed import TypedLine

if TYPE_CHECKING:
    from fie_tui.start import StartApp

SIGNS = {"ok": ("✓", "good"), "warn": ("!", "warn"), "wrong": ("✗", "bad"), "waits": ("·", "dim")}
GO = "go"


class FormChecked(Message):
    """The checks have looked at what was typed."""

    def __init__(self, checked: Checked) -> None:
        super().__init__()
        self.checked = checked


class FormScreen(Screen[None]):
    """Fields, what the checks say of each, an estimate, and the command line."""

    BINDINGS = bindings_of(FORM_KEYS, priority=True)
    ALLOW_SELECT = False
    AUTO_FOCUS = "#track"

    app: "StartApp"

    def __init__(self, form: NewRun, trouble: str) -> None:
        super().__init__()
        self.form = form
        self.checked: Checked | None = None
        self._trouble = trouble
        self._checker = Checker(self._around, lambda told: self.post_message(FormChecked(told)))
        self._inputs: dict[str, Widget] = {name: _widget(name, form) for name in FIELDS}
        self._verdicts = {name: Words(f"verdict-{name}") for name in FIELDS}
        self._head = Words("head")
        self._told = Words("told")
        self._go = Go(GO)

    def compose(self) -> ComposeResult:
        """Show a line per field, and below what they amount to."""
        yield self._head
        with VerticalScroll(id="fields", can_focus=False):
            for name, widget in self._inputs.items():
                with Horizontal(classes="field"):
                    label = Words(f"label-{name}")
                    label.say(((f" {LABELS.get(name, name)}", "dim"),))
                    yield label
                    yield widget
                    yield self._verdicts[name]
            yield self._go
        yield self._told

    def on_mount(self) -> None:
        """Begin to check."""
        self._checker.start()
        self._checker.ask(self.form)
        self.repaint()

    def on_unmount(self) -> None:
        """End the thread; it isn't waited for, since it may be asking a server."""
        self._checker.close()

    def on_resize(self) -> None:
        """Fit the new size."""
        self.call_after_refresh(self.repaint)

    def on_descendant_focus(self) -> None:
        """Say more of the field that is typed in."""
        self.repaint()

    # What is seen.

    @property
    def field(self) -> str:
        """The field that has the keys; "go" for the line that starts."""
        return (self.focused.id if self.focused is not None else None) or FIELDS[0]

    @property
    def words(self) -> tuple[str, ...]:
        """The command's words, but for where the runs lie."""
        return words_of(self.form)

    @property
    def fresh(self) -> bool:
        """Whether the checks have seen what stands there now."""
        return self.checked is not None and self.checked.form == self.form

    def verdict(self, name: str) -> Verdict | None:
        """Return what is known of a field."""
        if (problem := check_numbers(self.form).get(name)) is not None:
            return problem
        return self.checked.verdicts.get(name) if self.checked is not None else None

    def repaint(self) -> None:
        """Show what is known now."""
        for name, sheet in self._verdicts.items():
            told = self.verdict(name)
            sheet.say(_short(told, sheet.size.width) if told else ())
        self._head.say(self._heading())
        self._told.say(*self._account(self.size.width, self._told.size.height))
        self._go.repaint()

    def _heading(self) -> Line:
        left: list[Span] = [(" fie-tui ", "inverse"), (" new run", "strong")]
        if not self.fresh:
            state: Span = ("checking… ", "dim")
        elif self.checked is not None and self.checked.wrong:
            state = (f"✗ mend: {_labels(self.checked.wrong)} ", "bad")
        else:
            state = self._ready(self.checked)
        return spread(left, (state,), self.size.width)

    def _ready(self, checked: Checked | None) -> Span:
        told = checked.verdicts if checked is not None else {}
        doubts = [name for name in FIELDS if _is_doubt(told.get(name))]
        if doubts:
            return (f"! look at: {_labels(doubts)}; ^s starts it all the same ", "warn")
        return ("✓ ready: ^s starts it ", "good")

    def _account(self, width: int, height: int) -> list[Line]:
        told = self.verdict(self.field)
        room = max(20, width - 2)
        message: list[Line] = []
        if self._trouble:
            message = [((f" ✗ {line}", "bad"),) for line in wrapped(self._trouble, room - 2)]
        elif told is not None:
            sign, ink = SIGNS[told.sign]
            lines = wrapped(told.words, room - 2)
            message += [
                ((f" {sign if i == 0 else ' '} {one}", ink),) for i, one in enumerate(lines)
            ]
        # What is known of it comes first: where room is short, what it means yields.
        message += [((f" {line}", "dim"),) for line in wrapped(HELP[self.field], room)]
        guess = self.checked.estimate if self.checked is not None and self.fresh else None
        time, cost = (guess.time, guess.cost) if guess else ("…", "…")
        command = command_lines((*self.words, *self.app.place), room - 2)
        below: list[Line] = [
            *framed("estimate", (), width),
            ((" time ", "dim"), (time, "text")),
            ((" cost ", "dim"), (cost, "text")),
            *framed("the same from the shell", (), width),
            *(((f" {'$' if i == 0 else ' '} {one}", "text"),) for i, one in enumerate(command)),
            hint_line(FORM_KEYS, width),
        ]
        space = max(0, height - len(below) - 1)
        above = [*framed(LABELS.get(self.field, self.field), message[:space], width, "focus")]
        return [*above, *([()] * (space + 1 - len(above))), *below]

    # What a person does.

    def action_do(self, name: str) -> None:
        """Do what a key stands for."""
        match name:
            case "start":
                self.start()
            case "next":
                self.focus_next()
            case "previous":
                self.focus_previous()
            case "leave":
                self.dismiss()

    @on(Input.Changed)
    def take_text(self, message: Input.Changed) -> None:
        """Take what was typed."""
        self._change(message.input.id or "", message.value)

    @on(Choice.Chosen)
    def take_choice(self, message: Choice.Chosen) -> None:
        """Take what was chosen."""
        self._change(message.field, message.value)

    @on(Input.Submitted)
    def go_on(self) -> None:
        """Go to the next field."""
        self.focus_next()

    @on(Choice.Submitted)
    def go_on_from_choice(self) -> None:
        """Go to the next field."""
        self.focus_next()

    @on(Go.Pressed)
    def start(self) -> None:
        """Leave with the command line, unless the launch is known to refuse it."""
        if self.checked is not None and self.fresh and self.checked.wrong:
            self._trouble = ""
            self.query_one(f"#{self.checked.wrong[0]}").focus()
            self.repaint()
            return
        self.app.leave_with(*self.words, from_form=True)

    @on(FormChecked)
    def take_verdicts(self, message: FormChecked) -> None:
        """Show what the checks say."""
        self.checked = message.checked
        self.repaint()

    def _change(self, name: str, value: str) -> None:
        form = replace(self.form, **{name: value})
        if form == self.form:
            return
        self.form, self._trouble = form, ""
        self.app.keep_form(form)
        self._checker.ask(form)
        self.repaint()

    def _around(self) -> Surroundings:
        app = self.app
        return Surroundings(place=app.place, environ=app.environ, glances=app.glances)


LABELS = {"dataset": "data set", "kernel": "seed kernel", "server": "model server"}


def _labels(names: Iterable[str]) -> str:
    return ", ".join(LABELS.get(name, name) for name in names)


def _widget(name: str, form: NewRun) -> Widget:
    value = getattr(form, name)
    if name == "proposer":
        return Choice(name, PROPOSERS, value)
    return TypedLine(value=value, placeholder=PLACEHOLDERS[name], id=name, select_on_focus=False)


def _is_doubt(told: Verdict | None) -> bool:
    return told is not None and told.sign == "warn"


def _short(told: Verdict, width: int) -> Line:
    sign, ink = SIGNS[told.sign]
    return ((f" {sign} ", ink), (pad(told.words, max(1, width - 3)), "dim"))
