"""Progress of a judging: bars where somebody watches, a line for each step elsewhere."""

import sys

import pytest

from fie_evaluator.job import Progress
from fie_tui.bench.watchers import watcher

STEPS = (
    Progress(candidate="a", stage="lease", note="GPU 0 is in use by run night"),
    Progress(candidate="a", stage="timing", done=1, total=6),
    Progress(candidate="a", stage="timing", done=2, total=6),
)


def watch() -> None:
    with watcher(["a"]) as shown:
        for step in STEPS:
            shown.advance(step)
        shown.finish("a", "PASSED in 1.0 s\x1b[2J")


def test_without_a_terminal_each_step_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    watch()
    assert capsys.readouterr() == (
        "",
        "fie-tui: a: GPU 0 is in use by run night\n"
        "fie-tui: a: timing\n"
        "fie-tui: a: PASSED in 1.0 s␛[2J\n",
    )


def test_on_a_terminal_a_bar_ends_with_the_verdict(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    watch()
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "2/6" in printed.err
    assert "PASSED in 1.0 s␛[2J" in printed.err
