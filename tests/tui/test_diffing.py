"""Two texts compared: hunks, pairs of lines, changed words, rows side by side."""

from hypothesis import given
from hypothesis import strategies as st

from fie_tui.diff.lines import Diff, DiffLine, matcher, unified
from fie_tui.diff.pairs import changed_words, paired
from fie_tui.diff.sides import Row, side_by_side, starts
from fie_tui.diff.words import with_words

FEW = st.lists(st.sampled_from("abc"), max_size=12).map("\n".join)


def numbered(count: int, **changes: str) -> str:
    """Return so many lines, those of the given numbers changed."""
    return "\n".join(changes.get(f"n{i}", f"line {i}") for i in range(1, count + 1))


@given(FEW, FEW)
def test_a_whole_diff_holds_both_texts(before: str, after: str) -> None:
    diff = unified(before, after, whole=True)
    texts = {
        kind: [line.text for line in diff.lines if line.kind in ("same", kind)]
        for kind in ("removed", "added")
    }
    assert texts["added"] == after.split("\n")
    if before:
        assert texts["removed"] == before.split("\n")


@given(FEW.filter(bool), FEW)
def test_a_diff_with_all_lines_has_the_hunks_of_the_short_one(before: str, after: str) -> None:
    short, whole = unified(before, after), unified(before, after, whole=True)
    assert len(short.hunks) == len(whole.hunks)
    assert (short.added, short.removed) == (whole.added, whole.removed)


def test_changes_far_apart_are_hunks_of_their_own() -> None:
    diff = unified(numbered(30), numbered(30, n5="five", n9="nine", n25="twenty-five"))
    assert [diff.lines[start].text for start in diff.hunks] == [
        "lines 2–12 → 2–12",
        "lines 22–28 → 22–28",
    ]


def test_words_that_changed_inside_a_line_are_told() -> None:
    old, new = changed_words("    acc = tl.dot(a, b)", "    acc = tl.dot(a, b, acc)")
    assert (old, new) == ((), ((21, 26),))
    old, new = changed_words("BLOCK = 64  # rows", "BLOCK = 128  # rows")
    assert (old, new) == (((8, 10),), ((8, 11),))


def test_a_line_that_shares_next_to_nothing_counts_as_changed_whole() -> None:
    assert changed_words("for k in range(8):", "acc += tl.dot(a, b)") == ((), ())


def test_changed_words_with_blanks_between_are_one() -> None:
    old, new = changed_words("keep this one for me now", "keep that two for me now")
    assert (old, new) == (((5, 13),), ((5, 13),))


def test_of_a_very_long_line_only_its_middle_is_told() -> None:
    old, new = changed_words("x" * 4000 + "a" + "y" * 4000, "x" * 4000 + "b" + "y" * 4000)
    assert (old, new) == (((4000, 4001),), ((4000, 4001),))


def test_lines_pair_with_the_ones_they_became() -> None:
    old = ["a = load(x)", "b = load(y)", "acc += dot(a, b)"]
    new = ["prefetch()", "a = load(x, mask)", "acc += dot(a, b, c)"]
    assert paired(old, new) == [(0, 1), (2, 2)]


@given(
    st.lists(st.sampled_from(["a b", "a b c", "d e", ""]), max_size=6),
    st.lists(st.sampled_from(["a b", "a b c", "d e", ""]), max_size=6),
)
def test_pairs_never_cross(old: list[str], new: list[str]) -> None:
    pairs = paired(old, new)
    assert pairs == sorted(pairs)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)


def test_a_pair_of_lines_carries_its_changed_words() -> None:
    diff = with_words(unified("x = 1\n", "x = 2\n"))
    assert [(line.text, line.changed) for line in diff.lines if line.kind != "same"][1:] == [
        ("x = 1", ((4, 5),)),
        ("x = 2", ((4, 5),)),
    ]


def test_side_by_side_a_changed_line_stands_beside_what_it_became() -> None:
    old = "keep\na = load(x)\nb = load(y)\nend"
    new = "keep\nprefetch()\na = load(x, mask)\nend"
    assert [words(row) for row in side_by_side(unified(old, new))] == [
        ("lines 1–4 → 1–4", "lines 1–4 → 1–4"),
        ("keep", "keep"),
        ("", "prefetch()"),
        ("a = load(x)", "a = load(x, mask)"),
        ("b = load(y)", ""),
        ("end", "end"),
    ]


@given(FEW.filter(bool), FEW)
def test_side_by_side_each_side_is_its_text(before: str, after: str) -> None:
    rows = side_by_side(unified(before, after, whole=True))
    assert [left.text for left, _ in rows if left] == before.split("\n")
    assert [right.text for _, right in rows if right] == after.split("\n")


def test_a_kernel_without_a_predecessor_has_no_hunk_to_go_to() -> None:
    assert starts(side_by_side(unified("", "a\nb"))) == []


def test_hostile_lines_that_look_alike_are_still_told_apart() -> None:
    diff = unified("a\u202e", "a\u202d")
    assert diff == Diff(
        lines=(
            DiffLine(kind="hunk", text="lines 1–1 → 1–1", hunk=1),
            DiffLine(kind="removed", text="a\ufffd", old=1, hunk=1, pair=1),
            DiffLine(kind="added", text="a\ufffd", new=1, hunk=1, pair=1),
        ),
        added=1,
        removed=1,
    )


def words(row: Row) -> tuple[str, str]:
    """Return what stands left and right."""
    left, right = row
    return (left.text if left else "", right.text if right else "")


def test_thousands_of_equal_lines_are_compared_without_matching_each_with_each() -> None:
    before, after = ["x"] * 2000, ["x"] * 2000
    before[0], after[0], before[-1], after[-1] = "a", "b", "c", "d"
    assert not matcher(["x", "y"], ["x", "z"]).bpopular
    assert matcher(before, after).bpopular == {"x"}
