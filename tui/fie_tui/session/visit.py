"""A person's stay at a board: what is restored when it begins, what is kept when it ends."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from fie_engine.view.digest import digest
from fie_tui.looks.figures import clock_time
from fie_tui.session.attendance import Attendance
from fie_tui.session.control import Holder
from fie_tui.session.keepsake import Keepsake

if TYPE_CHECKING:
    from fie_tui.app import BoardApp


class Visit:
    """Stands between a board and the files that outlive it; without an attendance it does nothing.

    Pictures, web pages and tests have boards that leave no trace.
    """

    def __init__(self, attendance: Attendance | None) -> None:
        self._attendance = attendance
        self._last = attendance.last if attendance else None
        self._welcomed = False

    @property
    def seen(self) -> int:
        """The newest event that the person saw the last time; 0 when they never did."""
        return self._last.seen if self._last else 0

    @property
    def controller(self) -> str:
        """Say who else controls the run; empty where this board may."""
        attendance = self._attendance
        if attendance is None or attendance.controls or attendance.holder is None:
            return ""
        return holder_told(attendance.holder)

    def begin(self, app: "BoardApp", changed: Callable[[], object]) -> None:
        """Restore where the person looked, and begin to look who controls the run."""
        if self._last is not None:
            app.board.sight = self._last.sight
        if self._attendance is not None:
            self._attendance.watch(changed)

    def note(self, app: "BoardApp") -> None:
        """Keep where the person looks and what they have seen, while their terminal answers."""
        if self._attendance is None or app.dress.stalled:
            return
        self._attendance.confirm()
        if not app.loading:
            keepsake = Keepsake(sight=app.board.sight, seen=app.seen, at=app.clock())
            self._attendance.keep(keepsake)

    def end(self, app: "BoardApp", patience_s: float) -> None:
        """Write what is to be kept, and free the control."""
        if self._attendance is not None:
            self.note(app)
            self._attendance.close()
            self._attendance.join(patience_s)

    def seize(self) -> None:
        """Take control over."""
        if self._attendance is not None:
            self._attendance.seize()

    def welcome(self, app: "BoardApp") -> None:
        """Tell what happened since the person left, once the record is read."""
        if self._welcomed or app.loading:
            return
        self._welcomed = True
        if self._attendance is not None and self._attendance.complaint:
            app.board.say(self._attendance.complaint)
        self.tell_since(app)

    def tell_since(self, app: "BoardApp") -> bool:
        """Open the panel of what happened since the person left; whether anything did."""
        before = app.trail.kept
        if self._last is None or before is None:
            return False
        told = digest(before, app.view)
        if told.is_empty:
            return False
        app.board.since.tell(told, app.clock() - self._last.at)
        app.board.rearrange()
        return True

    def control_told(self) -> str:
        """Say who controls the run from now on."""
        if self.controller:
            who = self.controller.partition(" at ")[0]
            return f"{who} controls this run now: this board only looks"
        return "this board controls the run now"


def holder_told(holder: Holder) -> str:
    """Return who holds control: person, terminal and machine, and since when."""
    return f"{holder.user} on {holder.terminal} at {holder.host} since {clock_time(holder.since)}"
