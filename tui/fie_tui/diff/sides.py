"""A diff's lines as the rows that a screen shows."""

from collections.abc import Iterator

from fie_tui.diff.lines import Diff, DiffLine

Row = tuple[DiffLine | None, DiffLine | None]
"What stands left and right; the same line twice where it fills the row."


def stacked(diff: Diff) -> list[Row]:
    """Return one row a line, old lines above new ones."""
    return [(line, line) for line in diff.lines]


def side_by_side(diff: Diff) -> list[Row]:
    """Return the old text left and the new one right, a changed line beside what it became."""
    rows: list[Row] = []
    removed: list[DiffLine] = []
    added: list[DiffLine] = []
    for line in diff.lines:
        if line.kind == "removed" and not added:
            removed.append(line)
        elif line.kind == "added":
            added.append(line)
        else:
            rows += _beside(removed, added)
            removed, added = [], []
            if line.kind == "removed":
                removed.append(line)
            else:
                rows.append((line, line))
    return [*rows, *_beside(removed, added)]


def starts(rows: list[Row]) -> list[int]:
    """Return where each hunk begins."""
    first: dict[int, int] = {}
    for index, (left, right) in enumerate(rows):
        line = left or right
        if line is not None and line.hunk and line.kind != "same":
            first.setdefault(line.hunk, index)
    return list(first.values())


def _beside(removed: list[DiffLine], added: list[DiffLine]) -> Iterator[Row]:
    """Yield pairs in one row each; what has no pair fills the rows between them."""
    old, new = list(removed), list(added)
    while old or new:
        lone_old = bool(old) and not old[0].pair
        lone_new = bool(new) and not new[0].pair
        takes_old = lone_old or not lone_new
        takes_new = lone_new or not lone_old
        left = old.pop(0) if old and takes_old else None
        right = new.pop(0) if new and takes_new else None
        yield left, right
