"""The benchmark of replies counts what it says, and holds at a small size."""

import pytest
from tests.bench.bench_replies import content, outcomes, transport

from fie_engine import events as e
from fie_engine.model import Candidate, Origin
from fie_evaluator.results import Evaluation, Status


def started(proposal: int, mends: str = "") -> e.ProposalStarted:
    """Return an ask."""
    return e.ProposalStarted(proposal=proposal, island=0, parent="c0000", proposer="m", mends=mends)


def failed(proposal: int, **what: object) -> e.ProposalFailed:
    """Return a paid reply that made no candidate."""
    values = {"proposal": proposal, "island": 0, "parent": "c0000", "reason": "", "model": "m"}
    return e.ProposalFailed(**(values | what))  # type: ignore[arg-type]


def judged(proposal: int) -> tuple[e.Proposed, e.Evaluated]:
    """Return a paid reply's candidate and its verdict."""
    made = Candidate(
        id=f"c{proposal}",
        parents=("c0000",),
        island=0,
        generation=1,
        origin=Origin.LLM,
        model="m",
        note="",
        digest=f"d{proposal}",
    )
    verdict = Evaluation(status=Status.PASSED, results=(), device="CPU", timing="test")
    evaluated = e.Evaluated(candidate=made.id, evaluation=verdict, score=1.0, noise=0.0)
    return e.Proposed(proposal=proposal, candidate=made), evaluated


def test_a_reply_that_was_put_right_counts_and_one_that_was_not_is_wasted() -> None:
    events = [
        *(started(1), *judged(1)),
        *(started(2), failed(2, mendable=True), started(3, "#2"), *judged(3)),
        *(started(4), failed(4, mendable=True), started(5, "#4"), failed(5)),
        *(started(6), failed(6, duplicate_of="c1")),
        *(started(7), judged(7)[0]),
        *(started(8), failed(8, model="", spent=False)),
    ]
    assert outcomes(events) == {
        "judged": 2,
        "duplicates": 1,
        "put_right": 1,
        "wasted": 2,
        "useful": 4,
        "pauses": 0,
        "evaluations_of_a_known_kernel": 0,
    }


def test_most_replies_are_of_use_although_every_fifth_says_something_wrong() -> None:
    found = content(60, 0.2, 1)
    assert found["useful_pct"] >= 85
    assert found["put_right"] > 0 and found["duplicates"] > 0
    assert found["evaluations_of_a_known_kernel"] == 0


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_most_replies_are_of_use_although_llmock_disturbs_every_fifth() -> None:
    pytest.importorskip("llmock.testing")
    found = transport(60, 0.2, 1)
    assert found["useful_pct"] >= 85
    assert found["llmock_errors"] == []
    assert found["pauses"] == 0
