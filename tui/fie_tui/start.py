"""The start screen as a terminal program; returns the command line that was chosen."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from fie_evaluator.errors import FieError
from fie_tui.app import THREAD_SWITCH_S
from fie_tui.looks.dress import Dress, driver_of
from fie_tui.screens.form import FormScreen
from fie_tui.screens.runs import RunsScreen
from fie_tui.session.answer import Answer
from fie_tui.session.lookout import Lookout
from fie_tui.session.patience import PatientApp
from fie_tui.session.signals import listen_for_the_end, listen_no_more
from fie_tui.told.glance import Glance
from fie_tui.told.new_run import NewRun

Found = TypeVar("Found")

UNASKED = Answer()
Clock = Callable[[], float]
"Returns Unix time in seconds."

TICK_S = 1.0
CLOSE_S = 0.2
"How long leaving waits for a thread that reads from a slow disk."


class Looked(Message):
    """The runs are not what they were; one such message is under way at most."""


class Done(Message):
    """An errand has come to something."""

    def __init__(self, tell: Callable[[], object]) -> None:
        super().__init__()
        self.tell = tell


class StartApp(PatientApp[Answer]):
    """Shows the runs of a folder, and the form of a new one."""

    TITLE = "fie-tui"
    CSS_PATH = Path(__file__).with_name("app.tcss")
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "leave", show=False, priority=True),
    ]

    def __init__(
        self,
        runs_root: Path,
        environ: Mapping[str, str],
        *,
        place: tuple[str, ...] = (),
        before: Answer = UNASKED,
        trouble: str = "",
        clock: Clock = time.time,
    ) -> None:
        super().__init__(driver_class=driver_of(before.looks))
        self.runs_root = runs_root
        self.environ = environ
        self.place = place
        "Words that say on a command line where the runs lie."
        self.clock = clock
        self.dress: Dress = Dress(self, before.looks)
        self.form = before.form
        self._before = before
        self._trouble = trouble
        self._lookout = Lookout(runs_root, self._looked)
        self._look_under_way = False
        self.runs = RunsScreen(before.run)

    # What is known.

    @property
    def glances(self) -> tuple[Glance, ...]:
        """The runs, newest first."""
        return self._lookout.glances

    @property
    def names(self) -> frozenset[str]:
        """The runs' names."""
        return frozenset(one.name for one in self.glances)

    @property
    def complete(self) -> bool:
        """Whether every run has been read."""
        return self._lookout.complete

    def errand(self, work: Callable[[], Found], then: Callable[[Found], object]) -> None:
        """Have another thread do some work, then do something with what it found."""

        def run() -> None:
            try:
                found = work()
            except (FieError, OSError) as error:
                words = str(error)
                self._post(Done(lambda: self.runs.say(words)))
            else:
                self._post(Done(lambda: then(found)))

        self._lookout.do(run)

    # Starting and ending.

    def on_mount(self) -> None:
        """Show the runs and begin to look."""
        self.animation_level = "none"
        self.dress.put_on()
        sys.setswitchinterval(THREAD_SWITCH_S)
        self.push_screen(self.runs)
        if self._before.from_form:
            self.push_screen(FormScreen(self.form, self._trouble))
        elif self._trouble:
            self.call_after_refresh(self.runs.say, self._trouble)
        listen_for_the_end(hang_up=self.leave, end=self.leave)
        self._lookout.start()
        self.set_interval(TICK_S, self.tick)

    def on_unmount(self) -> None:
        """End the thread; give the signals back."""
        self._lookout.close()
        self._lookout.join(CLOSE_S)
        listen_no_more()

    def leave_with(self, *words: str, from_form: bool = False) -> None:
        """Leave, and have a command carried out."""
        chosen = self.runs.chosen
        of_chosen = chosen is not None and str(chosen.path) in words
        self.exit(
            Answer(
                words=(*words, *self.place),
                run=chosen.name if chosen is not None and of_chosen else "",
                form=self.form,
                from_form=from_form,
                looks=self.dress.looks,
            )
        )

    def leave(self) -> None:
        """Leave for the shell."""
        self.exit(Answer())

    def action_leave(self) -> None:
        """Leave for the shell."""
        self.leave()

    # What a person does.

    def open_form(self) -> None:
        """Show the form of a new run, as it was left."""
        self.push_screen(FormScreen(self.form, ""))

    def keep_form(self, form: NewRun) -> None:
        """Remember what was typed."""
        self.form = form

    def next_theme(self) -> str:
        """Put on the next theme; return what to say about it."""
        return self.dress.next_theme()

    # What the threads bring.

    def _looked(self) -> None:
        if not self._look_under_way:
            self._look_under_way = True
            self._post(Looked())

    def _post(self, message: Message) -> None:
        try:
            self.post_message(message)
        except RuntimeError:
            # The loop closed between two looks of the thread: nobody is left to tell.
            self._lookout.close()

    @on(Looked)
    def take_look(self) -> None:
        """Show the runs as they are now."""
        self._look_under_way = False
        self.runs.repaint()

    @on(Done)
    def take_errand(self, message: Done) -> None:
        """Go on with what an errand found."""
        message.tell()
        self._lookout.look_now()

    def tick(self) -> None:
        """Once a second: let ages grow, and leave when the terminal is gone."""
        if not (self.is_headless or os.isatty(0)):
            self.leave()
            return
        if words := self.dress.look():
            self.runs.say(words)
        self.runs.repaint()
