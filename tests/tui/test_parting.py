"""How a board's two processes part: in processes of their own, on real signals."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

Start = Callable[..., subprocess.Popen[str]]

START = """
import os, signal, sys
from pathlib import Path
from fie_tui.session.parting import part

parting = part()
if isinstance(parting, int):
    sys.exit(parting)
"""


LATE = """
import os
from fie_tui.session import parting

listen = parting._listen

def listen_late(child, wake, before):
    os.waitid(os.P_PID, child, os.WSTOPPED | os.WNOWAIT)
    listen(child, wake, before)

parting._listen = listen_late
"""
"Lines that let the child stop before the parent listens."


@pytest.fixture
def start() -> Iterator[Start]:
    """Start parents whose child runs the given lines; none outlives its test."""
    parents: list[subprocess.Popen[str]] = []

    def begin(child: str, *arguments: str, before: str = "") -> subprocess.Popen[str]:
        parent = subprocess.Popen(
            [sys.executable, "-c", before + START + textwrap.dedent(child), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            start_new_session=True,
        )
        parents.append(parent)
        return parent

    yield begin
    for parent in parents:
        bury(parent)


def bury(parent: subprocess.Popen[str]) -> None:
    """End what is left of a parent and its child, stopped or not."""
    with suppress(ProcessLookupError):
        os.killpg(parent.pid, signal.SIGKILL)
    with parent:
        pass


def test_the_parent_exits_as_the_child_does(start: Start) -> None:
    parent = start("sys.exit(7)")
    parent.communicate()
    assert parent.returncode == 7


def test_a_child_that_leaves_lets_the_parent_exit_and_goes_on_in_a_session_of_its_own(
    start: Start, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    os.mkfifo(told)
    parent = start(
        """
        parting.leave("gone on", Path(sys.argv[1]) / "engine.log")
        print("to nobody")
        print("to the log", file=sys.stderr, flush=True)
        alone = os.getsid(0) == os.getpid() and os.getppid() != int(sys.argv[2])
        with open(Path(sys.argv[1]) / "told", "w") as told:
            told.write(f"alone={alone} hup={signal.getsignal(signal.SIGHUP).name}")
        """,
        str(tmp_path),
        str(os.getpid()),
    )
    printed, complaints = parent.communicate()
    assert (parent.returncode, printed, complaints) == (0, "gone on\n", "")
    assert told.read_text() == "alone=True hup=SIG_IGN"
    assert (tmp_path / "engine.log").read_text() == "to the log\n"


def test_a_killed_child_is_named_and_counts_as_its_signal(start: Start) -> None:
    parent = start("os.kill(os.getpid(), signal.SIGKILL)")
    printed, complaints = parent.communicate()
    assert (parent.returncode, printed) == (137, "")
    assert complaints == "fie-tui: the board was ended by SIGKILL; fie-tui ls finds its run\n"


def test_a_request_to_terminate_reaches_the_child(start: Start) -> None:
    parent = start(
        """
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(5))
        print("ready", flush=True)
        signal.pause()
        """
    )
    assert parent.stdout is not None and parent.stdout.readline() == "ready\n"
    parent.send_signal(signal.SIGTERM)
    parent.communicate()
    assert parent.returncode == 5


def test_a_hang_up_ends_neither(start: Start) -> None:
    parent = start('print("ready", flush=True); sys.exit(int(sys.stdin.readline()))')
    assert parent.stdout is not None and parent.stdout.readline() == "ready\n"
    os.killpg(parent.pid, signal.SIGHUP)
    parent.communicate("3\n")
    assert parent.returncode == 3


@pytest.mark.parametrize("before", ["", LATE])
def test_the_parent_stops_and_goes_on_with_the_child(start: Start, before: str) -> None:
    parent = start("os.kill(os.getpid(), signal.SIGSTOP); sys.exit(4)", before=before)
    _, status = os.waitpid(parent.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    parent.send_signal(signal.SIGCONT)
    parent.communicate()
    assert parent.returncode == 4
