"""The thread that checks a form while it is typed in."""

import threading
import time
from collections.abc import Callable

from fie_tui.session.form_checks import Checked, Surroundings, Verdict, check
from fie_tui.session.serving import ServiceThread
from fie_tui.told.new_run import NewRun

QUIET_S = 0.25
"A form is checked once nobody typed for so long."
AGAIN_S = 5.0
"A form that isn't right is checked again after so long: a server may have been started."


class Checker(ServiceThread):
    """Checks the newest form; what was typed over is never looked at."""

    def __init__(
        self, around: Callable[[], Surroundings], tell: Callable[[Checked], object]
    ) -> None:
        super().__init__("checker")
        self._around = around
        self._tell = tell
        self._lock = threading.Lock()
        self._wanted: NewRun | None = None
        self._asked_at = 0.0

    def ask(self, form: NewRun) -> None:
        """Have a form checked; an earlier one that waits is forgotten."""
        with self._lock:
            self._wanted, self._asked_at = form, time.monotonic()
        self._waking.set()

    def _serve(self) -> None:
        last: Checked | None = None
        while not self._closing:
            form = self._take()
            if form is not None:
                last = self._checked(form)
                self._tell(last)
            woken = self._waking.wait(self._patience(last))
            self._waking.clear()
            if not woken and last is not None and self._wanted is None:
                self.ask(last.form)

    def _checked(self, form: NewRun) -> Checked:
        try:
            return check(form, self._around())
        except Exception as error:  # noqa: BLE001
            # The form goes on without checks: the launch makes them again.
            words = f"the checks themselves failed: {type(error).__name__}: {error}"
            return Checked(form=form, verdicts={"track": Verdict(sign="warn", words=words)})

    def _patience(self, last: Checked | None) -> float | None:
        """Return how long to wait for more to be typed, seconds; None for ever."""
        if self._wanted is not None:
            return QUIET_S
        return AGAIN_S if last is not None and may_mend(last) else None

    def _take(self) -> NewRun | None:
        with self._lock:
            if self._wanted is None or time.monotonic() - self._asked_at < QUIET_S:
                return None
            form, self._wanted = self._wanted, None
            return form


def may_mend(checked: Checked) -> bool:
    """Whether something that isn't typed here could put the form right."""
    return any(told.sign in ("wrong", "warn") for told in checked.verdicts.values())
