"""Two processes for one board: a parent the shell waits for, a child that may outlive it."""

import os
import select
import signal
import sys
import termios
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from fie_tui.speech import fall_silent, say

LEAVE_SCREEN = "\x1b[?1049l\x1b[?25h\x1b[?1000l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[<u\x1b[0m\r\n"
"Ends the alternate screen, mouse and paste modes that a killed board leaves behind."
SHARED_SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
"What a terminal or a person may send while the two processes part."

Handler = Callable[[int, FrameType | None], Any] | int | None


class Parting:
    """The child's way to give the shell its terminal back and go on without one."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def leave(self, farewell: str, log: Path) -> None:
        """Take a session of one's own, then let the parent print `farewell` and exit."""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDWR)
        errors = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        for target, source in ((0, nothing), (1, nothing), (2, errors)):
            os.dup2(source, target)
        try:
            os.write(self._pipe, farewell.encode())
        except BrokenPipeError:
            pass  # The parent was killed; there is nobody to say farewell to.
        os.close(self._pipe)


def part() -> "Parting | int":
    """Fork: return a Parting in the child, and the child's exit code in the parent.

    Must run before any thread and any heavy import, so that the parent stays small.
    """
    hear, tell = os.pipe()
    # Held back until both have said what they make of them.
    signal.pthread_sigmask(signal.SIG_BLOCK, SHARED_SIGNALS)
    child = os.fork()
    if child == 0:
        os.close(hear)
        # Until the board listens for it, a hang-up must not end the search.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SHARED_SIGNALS)
        return Parting(tell)
    os.close(tell)
    return _stand_by(child, hear)


def _stand_by(child: int, hear: int) -> int:
    """Wait in the shell's place until the child ends or leaves."""
    settings = termios.tcgetattr(0) if os.isatty(0) else None
    before = signal.getsignal(signal.SIGTERM)
    wakes, wake = os.pipe()
    _listen(child, wake, before)
    # It may have stopped before anybody listened: look once.
    os.write(wake, b"\0")
    try:
        return _wait(child, hear, wakes, settings)
    finally:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, before)
        for end in (hear, wakes, wake):
            os.close(end)


def _wait(child: int, hear: int, wakes: int, settings: list[Any] | None) -> int:
    """Return the child's exit code, or 0 once it has said farewell."""
    while True:
        ready, _, _ = select.select([hear, wakes], [], [])
        if wakes in ready:
            os.read(wakes, 512)
        if hear in ready and (farewell := os.read(hear, 4096)):
            _say_farewell(farewell.decode())
            return 0
        pid, status = os.waitpid(child, os.WUNTRACED | (0 if hear in ready else os.WNOHANG))
        if pid and os.WIFSTOPPED(status):
            _stop_along(child)
        elif pid:
            return _exit_code(status, settings)


def _listen(child: int, wake: int, before: Handler) -> None:
    """Pass SIGTERM on, also to whoever heard it before; leave the rest to the child."""

    def pass_on(number: int, frame: FrameType | None) -> None:
        os.kill(child, number)
        if callable(before):
            before(number, frame)

    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.signal(signal.SIGTERM, pass_on)
    # The terminal sends these to the child as well.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SHARED_SIGNALS)


def _say_farewell(farewell: str) -> None:
    try:
        say(farewell)
    except OSError:
        # The terminal hung up, which is why the child left.
        fall_silent()


def _stop_along(child: int) -> None:
    """Stop as the child did, so that the shell comes back; go on together."""
    os.kill(os.getpid(), signal.SIGSTOP)
    os.kill(child, signal.SIGCONT)


def _exit_code(status: int, settings: list[Any] | None) -> int:
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return code
    if settings is not None:
        sys.stdout.write(LEAVE_SCREEN)
        sys.stdout.flush()
        termios.tcsetattr(0, termios.TCSADRAIN, settings)
    name = signal.Signals(-code).name
    print(f"fie-tui: the board was ended by {name}; fie-tui ls finds its run", file=sys.stderr)
    return 128 - code
