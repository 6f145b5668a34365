"""The thread that keeps a person's place at a run: who controls it, and where they looked."""

import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fie_engine.record.rundir import Clock
from fie_tui.session.control import Control, Holder, is_alive
from fie_tui.session.keepsake import Damaged, Keepsake, keep, kept
from fie_tui.session.serving import ServiceThread

LOOK_S = 1.0
PRESENT_S = 5.0
"A board whose terminal answered nothing for so long doesn't keep control: its link is gone."
SAVE_S = 3.0
"A view that changes is written at most this often."


class Attendance(ServiceThread):
    """Looks at the lease once a second, and writes the view that the board last handed over."""

    def __init__(
        self, folder: Path, user: str, *, claims: bool = True, clock: Clock = time.time
    ) -> None:
        super().__init__("attendance")
        self._folder = folder
        self._user = user or f"uid{os.getuid()}"
        self._claims = claims
        self._clock = clock
        self._present_at = clock()
        self._control = Control(folder, _me(self._user), clock, is_alive)
        self._changed: Callable[[], object] = lambda: None
        self._lock = threading.Lock()
        self._seizing = False
        self._looked = False
        self._next: Keepsake | None = None
        self._saved: Keepsake | None = None
        self._saved_at = 0.0
        self.holder: Holder | None = None
        "Who controls the run; None where nobody does, or nobody can tell."
        self.complaint = ""
        "Why the last view is not restored; empty when it is, or when there was none."
        self.last = self._restored()
        "What the person's last board left."

    @property
    def controls(self) -> bool:
        """Whether this board may steer: it does where nobody else is known to."""
        return self.holder is None or self.holder.token == self._control.me.token

    def watch(self, changed: Callable[[], object]) -> None:
        """Begin to look; `changed` is called when control changes hands."""
        self._changed = changed
        self.start()

    def confirm(self) -> None:
        """Say that a person can still see this board."""
        self._present_at = self._clock()

    def seize(self) -> None:
        """Take control over."""
        self._seizing = True
        self._waking.set()

    def keep(self, keepsake: Keepsake) -> None:
        """Hand over what is to be kept; it is written soon, and at the end in any case."""
        with self._lock:
            self._next = keepsake

    def _restored(self) -> Keepsake | None:
        try:
            return kept(self._folder, self._user)
        except Damaged as error:
            self.complaint = str(error)
            return None

    def _serve(self) -> None:
        while not self._closing:
            self._waking.wait(LOOK_S)
            self._waking.clear()
            self._look()
            self._save(at_once=self._closing)
        self._leave()

    def _look(self) -> None:
        seize, self._seizing = self._seizing, False
        try:
            present = self._clock() - self._present_at < PRESENT_S
            holder = self._control.look(claim=self._claims and present, seize=seize)
        except OSError:
            # Where nobody can write, nobody can send a command either.
            holder = None
        before, self.holder = self.holder, holder
        first, self._looked = not self._looked, True
        handed_over = (before and before.token) != (holder and holder.token)
        # That the only board may steer goes without saying.
        if handed_over and not (first and self.controls):
            self._changed()

    def _save(self, *, at_once: bool) -> None:
        with self._lock:
            keepsake = self._next
        due = at_once or self._clock() - self._saved_at >= SAVE_S
        if keepsake is None or not due or _is_same(keepsake, self._saved, at_once):
            return
        self._saved, self._saved_at = keepsake, self._clock()
        try:
            keep(self._folder, self._user, keepsake)
        except OSError:
            # A run that is only lent to be read keeps nobody's view.
            return

    def _leave(self) -> None:
        try:
            if self._claims:
                self._control.leave()
        except OSError:
            return


def _is_same(one: Keepsake, other: Keepsake | None, at_the_end: bool) -> bool:
    """Whether two tell the same; that time passed is told at the end alone."""
    if other is None:
        return False
    return one == (other if at_the_end else replace(other, at=one.at))


def _me(user: str) -> Holder:
    return Holder(
        token=secrets.token_hex(8),
        user=user,
        terminal=_terminal(),
        host=os.uname().nodename,
        pid=os.getpid(),
    )


def _terminal() -> str:
    try:
        return os.ttyname(0).removeprefix("/dev/")
    except OSError:
        return "no terminal"
