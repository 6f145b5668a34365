"""SEARCH/REPLACE blocks rebuild the new text from the old."""

from hypothesis import given
from hypothesis import strategies as st

from fie_engine.propose.blocks import search_replace

LINE = st.sampled_from(["", "a = 1", "    b = 2", "return", "x"])


def test_a_change_becomes_one_block() -> None:
    assert search_replace("a\nb\nc\n", "a\nB\nc\n") == (
        "<<<<<<< SEARCH\nb\n=======\nB\n>>>>>>> REPLACE"
    )


def test_a_repeated_line_is_searched_with_its_surroundings() -> None:
    before, after = "a\nx\nb\nx\n", "a\nx\nb\ny\n"
    assert search_replace(before, after) == ("<<<<<<< SEARCH\nb\nx\n=======\nb\ny\n>>>>>>> REPLACE")


def test_a_deletion_keeps_a_neighbour_because_readers_strip_the_ends() -> None:
    assert search_replace("a\nb\nc\n", "a\nc\n") == (
        "<<<<<<< SEARCH\nb\nc\n=======\nc\n>>>>>>> REPLACE"
    )


@given(st.lists(LINE, max_size=12), st.lists(LINE, max_size=12))
def test_any_two_files_are_carried_over(old: list[str], new: list[str]) -> None:
    from openevolve.utils.code_utils import apply_diff

    before, after = "\n".join([*old, "end"]), "\n".join([*new, "end"])
    assert apply_diff(before, search_replace(before, after)) == after
