"""A real search in a real terminal that goes away."""

import contextlib
import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.tui.story import write_story

PATIENCE_S = 90.0
SEARCH = "run --track moe-mini --iterations 2 --seed-rng 1 --proposer operators --run-dir".split()


class Terminal:
    """A pseudo-terminal with fie-tui in it, in a session of its own."""

    def __init__(self, *words: str, program: Sequence[str] = ("-m", "fie_tui")) -> None:
        self.unread = b""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            environ = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm"}
            os.execve(sys.executable, [sys.executable, *program, *words], environ)

    def read_until(self, words: str) -> None:
        """Read the screen's bytes until they hold these words; keep what comes after them."""
        deadline = time.monotonic() + PATIENCE_S
        while words.encode() not in self.unread:
            ready, _, _ = select.select([self.master], [], [], deadline - time.monotonic())
            assert ready, f"no {words!r} in {self.unread[-2000:]!r}"
            self.unread += os.read(self.master, 65536)
        self.unread = self.unread.partition(words.encode())[2]

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def hang_up(self) -> None:
        os.close(self.master)

    def read_to_end(self) -> None:
        """Read until nobody has the terminal open: a full one would hold its writer up."""
        with contextlib.suppress(OSError):
            while os.read(self.master, 65536):
                pass
        os.close(self.master)

    def exit_code(self) -> int:
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


BREAKING = """
import sys
from pathlib import Path
from fie_tui.app import BoardApp
from fie_tui.cli import main

tick = BoardApp.tick

def tick_or_break(app):
    if Path(sys.argv[-1]).with_name("broken").exists():
        raise RuntimeError("a widget broke")
    tick(app)

BoardApp.tick = tick_or_break
sys.exit(main())
"""
"A fie-tui whose board breaks once there is a file beside its run."


def fie_tui(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fie_tui", *words],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=PATIENCE_S,
    )


def finished(run: Path) -> tuple[str, int]:
    """Follow the run to its end; return its state and how many iterations it had."""
    followed = fie_tui("attach", str(run))
    assert followed.returncode == 0, followed.stderr
    shown = json.loads(fie_tui("show", str(run), "--json").stdout)
    return shown["state"], shown["iterations"]


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_search_outlives_a_hang_up(tmp_path: Path) -> None:
    terminal = Terminal(*SEARCH, str(tmp_path / "run"))
    terminal.read_until("RUNNING")
    terminal.hang_up()
    assert terminal.exit_code() == 0
    assert finished(tmp_path / "run") == ("finished", 2)
    again = Terminal("attach", str(tmp_path / "run"))
    again.read_until("Since you left")
    again.read_until("search finished")
    again.type("q")
    again.read_to_end()
    assert again.exit_code() == 0


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_search_goes_on_behind_a_board_that_was_left(tmp_path: Path) -> None:
    terminal = Terminal(*SEARCH, str(tmp_path / "run"))
    terminal.read_until("RUNNING")
    terminal.type("q")
    terminal.read_until("keep searching")
    terminal.type("k")
    terminal.read_until("the search goes on as pid")
    terminal.read_to_end()
    assert terminal.exit_code() == 0
    assert finished(tmp_path / "run") == ("finished", 2)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_search_goes_on_behind_a_board_that_broke(tmp_path: Path) -> None:
    terminal = Terminal(*SEARCH, str(tmp_path / "run"), program=("-c", BREAKING))
    terminal.read_until("RUNNING")
    (tmp_path / "broken").touch()
    terminal.read_until("a widget broke")
    terminal.read_until("the board broke, as said above; the search goes on as pid")
    terminal.read_to_end()
    assert finished(tmp_path / "run") == ("finished", 2)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_search_that_is_stopped_with_its_board_tells_its_outcome(tmp_path: Path) -> None:
    terminal = Terminal(*SEARCH, str(tmp_path / "run"))
    terminal.read_until("RUNNING")
    terminal.type("q")
    terminal.read_until("keep searching")
    terminal.type("s")
    terminal.read_until("continue with: fie-tui run --resume")
    terminal.read_to_end()
    assert terminal.exit_code() == 0
    assert json.loads(fie_tui("show", str(tmp_path / "run"), "--json").stdout)["state"] == "stopped"


def test_a_board_on_an_ended_run_opens_and_closes(tmp_path: Path) -> None:
    run = write_story(tmp_path / "story")
    terminal = Terminal("attach", str(run.path))
    terminal.read_until("c0003")
    terminal.type("q")
    terminal.read_to_end()
    assert terminal.exit_code() == 0


def test_a_board_that_breaks_says_so_to_its_shell(tmp_path: Path) -> None:
    run = write_story(tmp_path / "story")
    terminal = Terminal("attach", str(run.path), program=("-c", BREAKING))
    terminal.read_until("c0003")
    (tmp_path / "broken").touch()
    terminal.read_until("a widget broke")
    terminal.read_to_end()
    assert terminal.exit_code() == 1
