"""The start screen and what is opened from it, each in a process of its own.

The process that the shell waits for stays small and has no thread, so that it can part.
"""

import os
import signal
import sys
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from types import FrameType

from fie_evaluator.errors import FieError
from fie_tui.flags.grammar import build_parser, parse
from fie_tui.flags.launching import launch_options, runs_root_of
from fie_tui.looks.wanted import Looks
from fie_tui.session import launcher
from fie_tui.session.answer import Answer, packed, unpacked
from fie_tui.session.parting import Parting, part
from fie_tui.speech import note, printable

LARGEST_ANSWER = 65_536
"Bytes that a pipe holds: the child never waits for its reader."

NOTHING = b" "
"What a child says that went wrong in nothing, but did not leave."

BROKEN, USAGE = 1, 2


def begin(args: Namespace, looks: Looks) -> int:
    """Show the start screen, carry out what is chosen there, and show it again until it is left."""
    if not launcher.has_terminal():
        note("no terminal here for the start screen: `fie-tui run` starts a search in plain lines")
        build_parser().print_usage(sys.stderr)
        return USAGE
    # Loaded once and before the first fork, so that coming back to the runs takes no time.
    import fie_tui.app
    import fie_tui.start  # noqa: F401

    ending = _Ending()
    answer, trouble = Answer(looks=looks), ""
    while launcher.has_terminal() and not ending.asked:
        code, told = in_child(partial(_ask, args, answer, trouble))
        if code or not told:
            return code
        answer = unpacked(told)
        if not answer.words:
            break
        code, told = in_child(partial(_carry_out, answer))
        crash = f"the board ended with exit code {code}; what it said stands on the shell's screen"
        trouble = told.decode().strip() or (crash if code else "")
        answer = answer if trouble else answer.carried_out()
        _bury()
    return 0


def in_child(work: Callable[[Parting], bytes]) -> tuple[int, bytes]:
    """Have a process of its own do some work; return its exit code and what it came to.

    Code 0 and nothing mean that it left, and goes on by itself.
    """
    hear, tell = os.pipe()
    parting = part()
    if not isinstance(parting, int):
        os.close(hear)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.write(tell, work(parting))
        raise SystemExit(0)
    os.close(tell)
    # One that left still has its end open: there is nothing to wait for.
    os.set_blocking(hear, False)
    try:
        return parting, os.read(hear, LARGEST_ANSWER)
    except BlockingIOError:
        return parting, b""
    finally:
        os.close(hear)


def _ask(args: Namespace, before: Answer, trouble: str, parting: Parting) -> bytes:
    """Open the start screen as it was; return how it was left."""
    from fie_tui.start import StartApp

    place = ("--runs-dir", str(args.runs_dir)) if args.runs_dir else ()
    root = runs_root_of(args, os.environ)
    app = StartApp(root, os.environ, place=place, before=before, trouble=trouble)
    answer = app.run(mouse=before.looks.mouse)
    if app.return_code:
        raise SystemExit(BROKEN)
    return packed(answer or Answer())


def _carry_out(answer: Answer, parting: Parting) -> bytes:
    """Do what was chosen as the command line would; return what went wrong, if anything."""
    args = parse(answer.words)
    looks = answer.looks
    try:
        if args.subcommand == "attach":
            root = runs_root_of(args, os.environ)
            if launcher.attach(args.run, root, looks, read_only=args.read_only, plain=False):
                raise SystemExit(BROKEN)
        else:
            launcher.run_board(launch_options(args, os.environ), looks, parting)
    except FieError as error:
        return printable(str(error)).encode()
    return NOTHING


def _bury() -> None:
    """Take note of searches that went on by themselves and have ended since."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return


class _Ending:
    """Whether this program was asked to end; by itself it ignores what its screens hear."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGTERM, self._ask)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True
