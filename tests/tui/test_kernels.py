"""Kernels are read and compared beside the screen: plain first, then in colours."""

import queue
from pathlib import Path

from tests.tui.canned import CannedRun

from fie_tui.diff.colouring import syntax_pieces
from fie_tui.diff.comparing import Comparison
from fie_tui.diff.lines import Diff, DiffLine, unified
from fie_tui.diff.reader import KernelReader
from fie_tui.messages import KernelText

OLD = "import torch\n\ndef kernel(x):\n    y = x\n    return y\n"
NEW = "import torch\n\ndef kernel(x):\n    y = x * 2\n    return y\n"


def test_a_diff_holds_every_changed_line_with_its_numbers() -> None:
    assert unified("a\nb\nc", "a\nB\nc\nd") == Diff(
        lines=(
            DiffLine(kind="hunk", text="lines 1–3 → 1–4", hunk=1),
            DiffLine(kind="same", text="a", old=1, new=1, hunk=1),
            DiffLine(kind="removed", text="b", old=2, hunk=1, pair=2),
            DiffLine(kind="added", text="B", new=2, hunk=1, pair=2),
            DiffLine(kind="same", text="c", old=3, new=3, hunk=1),
            DiffLine(kind="added", text="d", new=4, hunk=1),
        ),
        added=2,
        removed=1,
    )


def test_a_text_without_a_predecessor_is_shown_whole() -> None:
    whole = unified("", "a\nb")
    assert whole.lines == (
        DiffLine(kind="same", text="a", new=1),
        DiffLine(kind="same", text="b", new=2),
    )
    assert (whole.added, whole.removed) == (0, 0)


def test_equal_texts_differ_in_nothing() -> None:
    assert unified(OLD, OLD) == Diff(lines=(), added=0, removed=0)


def test_only_newlines_part_lines_so_that_numbers_agree_with_other_tools() -> None:
    assert [line.text for line in unified("", "a\x0cb\u2028c\r\nd").lines] == ["a␌b\ufffdc", "d"]


def test_syntax_colours_keep_the_text() -> None:
    pieces = syntax_pieces(NEW)
    assert ["".join(text for text, _ in line) for line in pieces] == NEW.split("\n")
    assert pieces[0][0] == ("import", "keyword")


def test_the_reader_delivers_a_plain_diff_and_then_a_coloured_one(tmp_path: Path) -> None:
    run = CannedRun(tmp_path, sources={"old": OLD, "new": NEW})
    delivered: queue.Queue[KernelText] = queue.Queue()
    reader = KernelReader(run, delivered.put)
    reader.start()
    reader.read(Comparison(candidate="new", base="old"))
    plain, coloured = delivered.get(timeout=10), delivered.get(timeout=10)
    reader.close()
    assert plain.diff == unified(OLD, NEW)
    assert coloured.diff is not None
    assert [line.text for line in coloured.diff.lines] == [
        line.text for line in unified(OLD, NEW).lines
    ]
    assert coloured.diff.lines[1].pieces == (
        ("import", "keyword"),
        (" torch", "plain"),
    )


def test_a_kernel_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    delivered: queue.Queue[KernelText] = queue.Queue()
    reader = KernelReader(CannedRun(tmp_path), delivered.put)
    reader.start()
    wanted = Comparison(candidate="c0009", base="")
    reader.read(wanted)
    text = delivered.get(timeout=10)
    reader.close()
    assert text == KernelText(
        candidate="c0009", parent="", diff=None, error="no candidate c0009", request=wanted
    )
