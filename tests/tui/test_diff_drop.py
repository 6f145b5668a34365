"""A kernel without one of its hunks."""

import pytest

from fie_tui.diff.drop import Dropped, dropped_hunk, note_of, without_hunk

LINES = [f"x{i} = {i}" for i in range(30)]
OLD = "\n".join(LINES) + "\n"
FIRST = OLD.replace("x3 = 3", "x3 = 33")
BOTH = FIRST.replace("x25 = 25\n", "x25 = 26\nmore = 1\n")


def test_one_hunk_is_as_it_was_and_the_others_stay() -> None:
    assert without_hunk(OLD, BOTH, 2) == Dropped(source=FIRST)
    assert without_hunk(OLD, BOTH, 1) == Dropped(source=BOTH.replace("33", "3"))


def test_changes_that_lie_close_together_go_together() -> None:
    near = OLD.replace("x3 = 3\n", "").replace("x5 = 5", "x5 = 55")
    assert without_hunk(OLD, near + "y = 1\n", 1) == Dropped(source=OLD + "y = 1\n")


@pytest.mark.parametrize(
    ("before", "after", "hunk", "refusal"),
    [
        (OLD, FIRST, 1, "it is the only hunk: without it nothing is changed"),
        (OLD, BOTH, 3, "there is no such hunk"),
        (OLD, BOTH, 0, "there is no such hunk"),
        (
            OLD.replace("x3 = 3", "x3 = ("),
            BOTH.replace("x3 = 33", "x3 = 1"),
            1,
            "without it the kernel is no Python: line 4: '(' was never closed",
        ),
        (
            OLD,
            OLD.replace("x3 = 3\n", "def wide(v):\n    return v\n").replace("25\n", "wide(x2)\n"),
            1,
            "it defines wide, and the rest uses that: drop what uses it",
        ),
    ],
)
def test_what_cannot_be_timed_says_why(before: str, after: str, hunk: int, refusal: str) -> None:
    assert without_hunk(before, after, hunk).refusal == refusal


def test_a_kernel_without_a_hunk_is_known_by_its_note() -> None:
    note = note_of("c0007", "c0003", "c0003", 2)
    assert note == "without hunk 2 of c0007"
    assert dropped_hunk(note, "c0007", "c0003", "c0003") == 2
    assert dropped_hunk(note, "c0007", "c0001", "c0003") == 0
    assert dropped_hunk(note, "c0008", "c0003", "c0003") == 0
    other = note_of("c0007", "c0001", "c0003", 1)
    assert other == "without hunk 1 of c0007 against c0001"
    assert dropped_hunk(other, "c0007", "c0001", "c0003") == 1
    assert dropped_hunk("without hunk 2 of c0007, by hand", "c0007", "c0003", "c0003") == 0
