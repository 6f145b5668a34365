"""What a real terminal is sent: colours, letters and mouse as the person wants them."""

import contextlib
import os
import pty
import re
import select
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.tui.story import open_story, write_story

from fie_engine import events as e

PATIENCE_S = 60.0

RENDITIONS = re.compile(rb"\x1b\[([0-9;]*)m")
COLOURS = frozenset([*range(30, 39), *range(40, 49), *range(90, 98), *range(100, 108)])
SEQUENCES = re.compile(rb"\x1b(?:\[[0-9;?<>=$]*[ -/]*[@-~]|[@-Z\\-_]|\][^\x07]*\x07|[()][A-Z0-9])")
MOUSE = b"\x1b[?1000h"


def sent(
    words: list[str], environment: dict[str, str], *until: bytes, act: Callable[[int], None] = bool
) -> bytes:
    """Return what a terminal is sent by a command until it has left.

    Between the words that are waited for, `act` does something, given the terminal.
    """
    pid, master = pty.fork()
    if pid == 0:
        usual = {
            "PATH": os.environ["PATH"],
            "TERM": "xterm-256color",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        usual |= {"PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "120", "LINES": "40"}
        os.execve(sys.executable, [sys.executable, "-m", "fie_tui", *words], usual | environment)
    first, *rest = until
    seen = read_until(master, first)
    for one in rest:
        act(master)
        seen += read_until(master, one)
    if "--plain" not in words and words[0] == "attach":
        os.write(master, b"q")
    with contextlib.suppress(OSError):
        while data := os.read(master, 65536):
            seen += data
    os.close(master)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, seen.decode(errors="replace")
    return seen


def read_until(master: int, words: bytes) -> bytes:
    """Return what a terminal is sent up to some words, or until its program has left."""
    seen = b""
    deadline = time.monotonic() + PATIENCE_S
    while words not in seen:
        ready, _, _ = select.select([master], [], [], deadline - time.monotonic())
        assert ready, f"no {words!r} in {seen[-2000:]!r}"
        try:
            seen += os.read(master, 65536)
        except OSError:
            break
    return seen


def colours(seen: bytes) -> set[int]:
    """Return the codes of all colours that a terminal was asked for."""
    codes = {int(code) for one in RENDITIONS.findall(seen) for code in one.split(b";") if code}
    return codes & COLOURS


@pytest.fixture
def story(tmp_path: Path) -> str:
    return str(write_story(tmp_path / "story").path)


def test_no_color_and_no_mouse_are_heeded(story: str) -> None:
    environment = {"LANG": "C.UTF-8", "NO_COLOR": "1"}
    seen = sent(["attach", story, "--no-mouse"], environment, b"Candidates")
    assert colours(seen) == set()
    assert MOUSE not in seen
    assert not SEQUENCES.sub(b"", seen).isascii()


SHADED, SIXTEEN, BLANK = "shades", "sixteen", "none"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "flags", "coloured", "signs"),
    [
        ({}, [], SHADED, True),
        ({}, ["--theme", "light"], SHADED, True),
        ({}, ["--theme", "high-contrast"], SHADED, True),
        ({}, ["--theme", "ansi"], SIXTEEN, True),
        ({}, ["--theme", "mono"], BLANK, True),
        ({}, ["--ascii"], SHADED, False),
        ({"LANG": "C"}, [], SHADED, False),
        ({"TERM": "linux"}, [], SIXTEEN, False),
        ({"TERM": "vt100"}, [], BLANK, False),
        ({"NO_COLOR": "1"}, ["--theme", "ansi"], SIXTEEN, True),
        ({"FIE_THEME": "mono"}, ["--low-bandwidth"], BLANK, True),
        ({}, ["--low-bandwidth"], SIXTEEN, True),
    ],
)
def test_a_terminal_gets_the_colours_and_signs_that_it_shows(
    story: str, environment: dict[str, str], flags: list[str], coloured: str, signs: bool
) -> None:
    seen = sent(["attach", story, *flags], {"LANG": "C.UTF-8"} | environment, b"Candidates")
    asked = colours(seen)
    shown = SHADED if asked & {38, 48} else SIXTEEN if asked else BLANK
    assert (shown, not SEQUENCES.sub(b"", seen).isascii()) == (coloured, signs)
    assert MOUSE in seen


@pytest.mark.slow
@pytest.mark.parametrize(
    ("terminal", "flags", "said"), [("dumb", [], True), ("xterm", ["--plain"], False)]
)
def test_a_terminal_without_a_board_is_told_the_run_in_lines(
    story: str, terminal: str, flags: list[str], said: bool
) -> None:
    environment = {"TERM": terminal, "LANG": "C.UTF-8"}
    seen = sent(["attach", story, *flags], environment, b"improvements")
    assert "new best c0003 3.000x ±0.030 (+50.0%)".encode() in seen
    assert b"\x1b" not in seen
    assert (b"no terminal here: following in plain line mode" in seen) is said


def test_a_line_on_a_terminal_of_lang_c_is_ascii(story: str) -> None:
    words = ["show", story]
    assert b"\xc2\xb1" in sent(words, {"LANG": "C.UTF-8"}, b"improvements")
    seen = sent(words, {"LANG": "C"}, b"improvements")
    assert seen.isascii() and b"c0003 3.000x ~0.030" in seen


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "start"), [({}, b""), ({"TMUX": "/tmp/tmux-0/default,1,0"}, b"\x1bPtmux;\x1b")]
)
def test_a_new_best_is_called_out_and_a_kernel_copied_through_the_terminal(
    tmp_path: Path, environment: dict[str, str], start: bytes
) -> None:
    writer = open_story(tmp_path / "story")
    acts = iter(
        [
            lambda master: writer.append(e.Improved(candidate="c0003", score=4.0, previous=3.0)),
            lambda master: os.write(master, b"y"),
            lambda master: os.write(master, b"n"),
        ]
    )
    called = start + b"\x1b]9;fie-tui: new best: new best c0003 4.000x (+33.3%)\x07"
    copied = start + b"\x1b]52;c;YzAwMDM=\x07"
    seen = sent(
        ["attach", str(writer.path), "--notify", "both"],
        {"LANG": "C.UTF-8"} | environment,
        *(b"Candidates", called, b"Copy from", copied),
        act=lambda master: next(acts)(master),
    )
    writer.close()
    assert (called in seen, copied in seen, b"\x07" in seen) == (True, True, True)
    assert (writer.path / "clip.txt").read_text() == "c0003"
