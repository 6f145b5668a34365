"""Whom a child may learn from beside its parent: the best, and those of another design."""

from collections.abc import Iterable

from fie_engine.view.rows import CandidateRow

LARGER_POOL = 4
"As many are drawn for each that is shown, so that there is a choice of designs."


def company(
    parent: CandidateRow, drawn: Iterable[CandidateRow], *, shown: int, best: int
) -> list[str]:
    """Return so many of those drawn: the best first, then those that differ most by design.

    Designs differ by the steps of the checklist that only one of two has done; where they
    don't, the better comes first.
    """
    others = {row.candidate.id: row for row in drawn if row.candidate.id != parent.candidate.id}
    left = sorted(others.values(), key=lambda row: -row.score)
    chosen, left = left[: min(best, shown)], left[min(best, shown) :]
    while left and len(chosen) < shown:
        near = [parent, *chosen]
        furthest = max(left, key=lambda row: min(apart(row, other) for other in near))
        chosen.append(furthest)
        left.remove(furthest)
    return [row.candidate.id for row in chosen]


def apart(one: CandidateRow, other: CandidateRow) -> int:
    """Return how many steps of the checklist only one of two has done."""
    return len({*one.candidate.done} ^ {*other.candidate.done})
