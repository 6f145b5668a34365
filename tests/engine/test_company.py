"""Whom a child learns from beside its parent."""

from fie_engine.model import Candidate, Origin
from fie_engine.population.company import company
from fie_engine.view.rows import CandidateRow, CandidateState


def row(name: str, score: float, *done: str) -> CandidateRow:
    """A candidate that passed."""
    candidate = Candidate(
        id=name,
        parents=(),
        island=0,
        generation=0,
        origin=Origin.LLM,
        model="m",
        note="",
        digest=name,
        done=done,
    )
    return CandidateRow(candidate=candidate, state=CandidateState.PASSED, at=0.0, score=score)


PARENT = row("c1", 2.0, "routing")
FASTEST = row("c2", 9.0, "routing")
FASTER = row("c3", 8.0, "routing")
FAST = row("c4", 7.0, "routing")
FUSED = row("c5", 3.0, "swiglu", "fp8")
TILED = row("c6", 1.0, "routing", "tiles", "fp8", "swiglu")
DRAWN = (FAST, FUSED, PARENT, TILED, FASTEST, FASTER, FASTEST)


def test_the_best_come_first_then_those_of_other_designs() -> None:
    assert company(PARENT, DRAWN, shown=4, best=2) == ["c2", "c3", "c5", "c6"]


def test_of_equal_designs_the_better_comes_first() -> None:
    same = (FAST, FASTEST, FASTER)
    assert company(PARENT, same, shown=2, best=0) == ["c2", "c3"]


def test_nobody_is_shown_twice_and_nobody_is_made_up() -> None:
    assert company(PARENT, (FAST, FAST, PARENT), shown=3, best=1) == ["c4"]
    assert company(PARENT, DRAWN, shown=1, best=2) == ["c2"]
