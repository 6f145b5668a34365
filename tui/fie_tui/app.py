"""The board as a terminal program: its threads, its signals, and how it is left."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.commands import Command
from fie_engine.live import Live
from fie_engine.model import RunState
from fie_engine.record.rundir import Clock
from fie_engine.view.run import RunView
from fie_engine.view.trail import Trail
from fie_tui import messages as m
from fie_tui.diff.reader import KernelReader
from fie_tui.keys.actions import ENDED, refuse_steering
from fie_tui.keys.editor import Draft
from fie_tui.keys.hand import NOBODY, Hand
from fie_tui.looks.dress import Dress, driver_of
from fie_tui.looks.wanted import Looks
from fie_tui.screens import questions
from fie_tui.screens.board import BoardScreen
from fie_tui.session.attendance import Attendance
from fie_tui.session.board_run import BoardRun
from fie_tui.session.feed import Feed
from fie_tui.session.patience import PatientApp
from fie_tui.session.replay import Replay
from fie_tui.session.signals import listen_for_the_end, listen_no_more
from fie_tui.session.visit import Visit
from fie_tui.told.gauged import Gauged
from fie_tui.widgets.bottom import is_notable

DEFAULT_LOOKS = Looks()

REPAINT_S = 1.0
"The board repaints at most this often by itself; keys repaint at once."

THREAD_SWITCH_S = 0.0005
"With an engine in this process the default of 5 ms makes keys feel slow."

CLOSE_S = 0.2
"How long leaving waits for a thread that reads from a slow disk."


class BoardApp(PatientApp[m.Leaving]):
    """Watches one run and steers it; returns how it was left."""

    TITLE = "fie-tui"
    CSS_PATH = Path(__file__).with_name("app.tcss")
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "leave", show=False, priority=True),
    ]

    def __init__(
        self,
        run: BoardRun,
        *,
        engine: m.EngineHandle | None,
        read_only: bool = False,
        looks: Looks = DEFAULT_LOOKS,
        hand: Hand = NOBODY,
        clock: Clock = time.time,
        attendance: Attendance | None = None,
        at: int = 0,
    ) -> None:
        super().__init__(driver_class=driver_of(looks))
        self.looks = looks
        self.dress: Dress = Dress(self, looks)
        self.run_directory = run
        self.engine = engine
        self.read_only = read_only
        self.hand = hand
        self.clock = clock
        self.visit = Visit(attendance)
        self.trail = Trail(keep=self.visit.seen)
        self.seen = 0
        "The newest event that was painted."
        self._open_at = at
        self.live: Live | None = None
        self.gauged: Gauged = {}
        self.trouble = ""
        "Why the run directory can't be read or written now."
        self.loading = self._was_loading = True
        self.reader = KernelReader(run, self._kernel_read)
        self.board = BoardScreen(hand.keys)
        self.replay = Replay(run, self._teller(m.ReplayReady))
        self._feed = Feed(run, self._teller(m.FeedReady))
        self._lock_held = False
        self._pause_asked: bool | None = None
        self._painted: tuple[object, ...] = ()
        self._painted_at = 0.0

    # Starting and ending.

    def on_mount(self) -> None:
        """Show the board and begin to read."""
        self.animation_level = "none"
        self.dress.put_on()
        self.push_screen(self.board)
        if self.engine is not None:
            sys.setswitchinterval(THREAD_SWITCH_S)
        listen_for_the_end(hang_up=self.detach, end=self.stop)
        self.visit.begin(self, self._teller(m.ControlChanged))
        self._feed.start()
        self.reader.start()
        self.replay.start()
        self.set_interval(REPAINT_S, self.tick)

    def on_unmount(self) -> None:
        """End the threads; give the signals back."""
        threads = (self._feed, self.reader, self.replay)
        for thread in threads:
            thread.close()
        for thread in threads:
            thread.join(CLOSE_S)
        self.visit.end(self, CLOSE_S)
        listen_no_more()

    def detach(self) -> None:
        """Leave at once and let the search go on."""
        self.exit("detach")

    def stop(self) -> None:
        """Leave at once and end this program's search; one elsewhere goes on."""
        self.exit("stop")

    def leave(self) -> None:
        """Leave; while a search runs in this program, ask what becomes of it."""
        if self.engine is None or not self.engine.alive() or not self._is_busy():
            self.exit("quit")
        else:
            self.push_screen(questions.leaving(), self._left)

    def action_leave(self) -> None:
        """Leave; asked twice, at once."""
        if isinstance(self.screen, BoardScreen):
            self.leave()
        else:
            self.detach()

    def _left(self, answer: str | None) -> None:
        if answer == "detach":
            self.exit("detach")
        elif answer == "stop":
            self.exit("stop")

    def _is_busy(self) -> bool:
        return self.view.state not in ENDED or bool(self.view.promoting)

    # What the search and the person say.

    @property
    def run_name(self) -> str:
        """The run's name."""
        return self.run_directory.name

    @property
    def view(self) -> RunView:
        """The run as far as its events are known."""
        return self.trail.view

    @property
    def engine_at_work(self) -> bool:
        """Whether some engine is there to take commands."""
        own = self.engine is not None and self.engine.alive()
        return self._lock_held or own

    @property
    def pausing(self) -> bool:
        """Whether the search is paused, or was asked to be."""
        if self._pause_asked is not None:
            return self._pause_asked
        return self.view.state is RunState.PAUSED

    def command(self, command: Command, words: str) -> None:
        """Send a command from the feed's thread, so that a slow disk stops no key."""
        if refusal := refuse_steering(self.board.situation):
            # What allowed it may have ended while a question was open.
            self.board.say(f"not sent: {refusal}")
            return
        if isinstance(command, c.Pause | c.Resume):
            self._pause_asked = isinstance(command, c.Pause)
        reason, self.board.reason = command.reason or self.board.reason, ""
        command = replace(command, author=self.hand.author or command.author, reason=reason)
        self._feed.send(command, self._wake)
        self.board.say(words)

    def travel(self, event: int) -> None:
        """Show the run as it was after an event; 0 for as it is now."""
        if event:
            self.replay.ask(event, self.trail.before(event))
        else:
            self.replay.leave()
            self.board.repaint()

    def edit(self, source: str, name: str) -> Draft:
        """Leave the terminal to the person's editor; raises FieError."""
        with nullcontext() if self.is_headless else self.suspend():
            return self.hand.edit(source, name)

    def _wake(self) -> None:
        if self.engine is not None:
            self.engine.wake()

    # What the threads bring.

    def _teller(self, news: type[Message]) -> Callable[[], None]:
        return lambda: self._post_from_thread(news())

    def _kernel_read(self, text: m.KernelText) -> None:
        self._post_from_thread(m.KernelRead(text))

    def _post_from_thread(self, message: Message) -> None:
        try:
            self.post_message(message)
        except RuntimeError:
            # The loop closed between two looks of the thread: nobody is left to tell.
            self._feed.close()

    @on(m.FeedReady)
    def take_news(self) -> None:
        """Fold what came; repaint now unless that was done within the last second."""
        self._take()
        was_loading, self._was_loading = self._was_loading, self.loading
        loaded = was_loading and not self.loading
        due = self.clock() - self._painted_at >= self.dress.repaint_s and not self.loading
        if due or loaded or not self._painted:
            self._repaint_if_changed()
        if loaded:
            self.visit.welcome(self)
            self.travel(self._open_at)

    @on(m.ControlChanged)
    def tell_control(self) -> None:
        """Say who steers from now on."""
        self.board.say(self.visit.control_told())

    @on(m.ReplayReady)
    def show_past(self) -> None:
        """Show the moment that was asked for."""
        if self.replay.take():
            self.board.hush()
        self.board.repaint()

    @on(m.KernelRead)
    def take_kernel(self, message: m.KernelRead) -> None:
        """Show a kernel's diff."""
        self.board.take_kernel(message.text)

    def tick(self) -> None:
        """Once a second: show what changed, and leave when the terminal is gone."""
        if not (self.is_headless or self.is_web or os.isatty(0)):
            self.detach()
            return
        if words := self.dress.look():
            self.board.say(words)
        self._take()
        self.visit.note(self)
        if self.dress.resting(self.clock() - self._painted_at):
            return
        if not self._repaint_if_changed():
            self.board.repaint_clock()

    def _take(self) -> None:
        delivery = self._feed.take()
        self.live, self.gauged = delivery.live, delivery.gauged
        self._lock_held, self.trouble = delivery.engine, delivery.error
        self.loading = delivery.more
        before = len(self.view.log)
        self.trail.fold(delivery.events)
        news = self.view.log[before:]
        if any(map(is_notable, news)):
            self.board.hush()
        if not self._was_loading:
            self.dress.call(news)
        if any(isinstance(one.event, e.Paused | e.Resumed) for one in delivery.events):
            self._pause_asked = None

    def _repaint_if_changed(self) -> bool:
        phases = [(one.what, one.stage) for one in self.live.phases] if self.live else []
        heard = [(one.proposal, one.characters) for one in self.live.replies] if self.live else []
        state = (self.view.last_seq, phases, heard, self.engine_at_work, self.trouble, self.loading)
        if state == self._painted:
            return False
        self._painted, self._painted_at = state, self.clock()
        self.seen = self.seen if self.dress.stalled else self.view.last_seq
        self.board.repaint()
        return True
