"""The start screen's processes: what each hands on, and how they end, in a real terminal."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from tests.tui.story import write_story
from tests.tui.test_outliving import Terminal, fie_tui

START = """
import os, signal, sys, time
from fie_tui.session.beginning import in_child
"""


def run(body: str) -> subprocess.CompletedProcess[str]:
    """Run a program that has work done in a child."""
    return subprocess.run(
        [sys.executable, "-c", START + textwrap.dedent(body)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


def test_children_hand_back_what_they_came_to_one_after_another() -> None:
    done = run(
        """
        shell = os.getpid()
        for word in ("one", "two"):
            work = lambda parting: f"{word} by a child: {os.getppid() == shell}".encode()
            print(in_child(work)[1].decode(), flush=True)
        """
    )
    assert done.stdout.splitlines() == ["one by a child: True", "two by a child: True"]


def test_a_child_that_leaves_hands_back_nothing_and_is_not_waited_for() -> None:
    done = run(
        """
        def leave(parting):
            parting.leave("gone on", __import__("pathlib").Path(os.devnull))
            time.sleep(60)
            return b"too late"

        print(in_child(leave))
        """
    )
    assert done.stdout.splitlines() == ["gone on", "(0, b'')"]


def test_a_child_that_breaks_hands_back_its_exit_code() -> None:
    done = run("print(in_child(lambda parting: 1 / 0))")
    assert done.stdout.splitlines() == ["(1, b'')"]
    assert "ZeroDivisionError" in done.stderr


def test_without_a_terminal_it_is_wrong_usage_and_says_what_to_do() -> None:
    for words in ((), ("runs",)):
        told = fie_tui(*words)
        assert (told.returncode, told.stdout) == (2, "")
        assert "no terminal here for the start screen: `fie-tui run` starts" in told.stderr
        assert "usage: fie-tui" in told.stderr


def test_a_run_opens_from_the_list_and_leaving_its_board_comes_back(tmp_path: Path) -> None:
    write_story(tmp_path / "story").close()
    terminal = Terminal("runs", "--runs-dir", str(tmp_path))
    terminal.read_until("FINISHED")
    terminal.type("\r")
    terminal.read_until("Candidates")
    terminal.type("q")
    terminal.read_until("runs of")
    terminal.type("q")
    terminal.read_to_end()
    assert terminal.exit_code() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_start_screen(tmp_path: Path, number: signal.Signals) -> None:
    terminal = Terminal("runs", "--runs-dir", str(tmp_path))
    terminal.read_until("No runs here yet")
    if number is signal.SIGHUP:
        terminal.hang_up()
    else:
        os.kill(terminal.pid, number)
        terminal.read_to_end()
    assert terminal.exit_code() == 0


def test_a_request_to_end_on_a_board_ends_all_of_it(tmp_path: Path) -> None:
    write_story(tmp_path / "story").close()
    terminal = Terminal("runs", "--runs-dir", str(tmp_path))
    terminal.read_until("FINISHED")
    terminal.type("\r")
    terminal.read_until("Candidates")
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.read_to_end()
    assert terminal.exit_code() == 0


def test_a_launch_that_fails_comes_back_to_the_form(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("")
    terminal = Terminal("runs", "--runs-dir", str(folder / "below"))
    terminal.read_until("No runs here yet")
    terminal.type("n")
    terminal.read_until("ready")
    terminal.type("\x13")
    terminal.read_until("can't be written")
    terminal.type("\x1bq")
    terminal.type("\x03")
    terminal.read_to_end()
    assert terminal.exit_code() == 0


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_demonstration_goes_on_behind_the_list(tmp_path: Path) -> None:
    terminal = Terminal("runs", "--runs-dir", str(tmp_path))
    terminal.read_until("No runs here yet")
    terminal.type("d")
    terminal.read_until("RUNNING")
    terminal.type("q")
    terminal.read_until("keep searching")
    terminal.type("k")
    terminal.read_until("/60 iterations")
    terminal.type("q")
    terminal.read_to_end()
    assert terminal.exit_code() == 0
    (folder,) = [path.parent for path in tmp_path.glob("*/run.db")]
    assert fie_tui("stop", str(folder)).returncode == 0
