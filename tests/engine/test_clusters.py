"""Failures of one kind are counted together."""

import pytest
from tests.engine.lab import Lab, evaluation

from fie_engine.view.clusters import Cluster, FailureTally, clusters, error_of, normalised
from fie_evaluator.results import Evaluation, Status


def test_failures_that_differ_in_numbers_names_and_places_alone_are_one_kind() -> None:
    tally = FailureTally()
    tally.add("line 12: name 'BLOCK_M' is not defined", "c0003")
    tally.add("INCORRECT_NUMERICAL: matched 0.91 of 0.99", "c0004")
    tally.add("line 7: name 'tid' is not defined", "c0009")
    tally.add("line 250: name `x y` is not defined")
    assert tally.clusters() == [
        Cluster(
            key="line ‹n›: name ‹name› is not defined",
            count=3,
            example="line 250: name `x y` is not defined",
            candidates=("c0009", "c0003"),
            number=1,
            seen=(0, 0, 0),
        ),
        Cluster(
            key="INCORRECT_NUMERICAL: matched ‹n› of ‹n›",
            count=1,
            example="INCORRECT_NUMERICAL: matched 0.91 of 0.99",
            candidates=("c0004",),
            number=2,
            seen=(0,),
        ),
    ]


@pytest.mark.parametrize(
    ("error", "key"),
    [
        ("out of resource: shared memory, Required: 294912, Hardware limit: 232448",
         "out of resource: shared memory, Required: ‹n›, Hardware limit: ‹n›"),
        ("shape mismatch: (64, 7168) and [64, 512]", "shape mismatch: ‹shape› and ‹shape›"),
        ("/tmp/a1/kernel.py:33: bad operand", "‹file›:‹n›: bad operand"),
        ("illegal access at 0x7f3a", "illegal access at ‹n›"),
        ("nan in 3.5% of c0012", "nan in ‹n› of ‹name›"),
        ("", "no reason given"),
    ],
)  # fmt: skip
def test_an_error_loses_what_is_its_own(error: str, key: str) -> None:
    assert normalised(error) == key


def test_of_a_traceback_the_raised_error_counts() -> None:
    trace = (
        "Traceback (most recent call last):\n"
        '  File "/tmp/kernel.py", line 3, in run\n    x = y\n'
        "NameError: name 'y' is not defined\n\nduring the first call"
    )
    failed = Evaluation(
        status=Status.RUNTIME_ERROR, results=(), device="CPU", timing="test", error=trace
    )
    assert error_of(failed) == "RUNTIME_ERROR: NameError: name 'y' is not defined"


def test_a_workloads_own_error_says_more_than_the_evaluations() -> None:
    failed = evaluation(1.0, Status.INCORRECT_NUMERICAL, "too far from the reference")
    assert error_of(failed) == "INCORRECT_NUMERICAL: too far from the reference"


def test_of_equally_frequent_kinds_the_older_comes_first() -> None:
    tally = FailureTally()
    for error in ("b", "a"):
        tally.add(error)
    assert [one.key for one in tally.clusters()] == ["b", "a"]
    tally.add("a")
    assert [(one.key, one.count) for one in tally.clusters()] == [("a", 2), ("b", 1)]


def test_only_candidates_that_failed_are_clustered(lab: Lab) -> None:
    view = lab.run(lambda ask: f"speed = {1 - 2 * (ask.proposal % 2)}.{ask.proposal}\n").view
    (only,) = clusters(view.candidates.values())
    assert (only.key, only.count) == ("INCORRECT_NUMERICAL: too far from the reference", 5)
    assert only.candidates == ("c0009", "c0007", "c0005")


def test_a_kind_knows_where_and_when_it_struck_and_keeps_its_number() -> None:
    tally = FailureTally()
    tally.add("b")
    for number, place in enumerate(("T=7", "T=1", "T=7", "")):
        tally.add("a", f"c{number}", place=place, at=10.0 + number, evaluations=5 + number)
    first, second = tally.clusters()
    assert (first.number, first.places, first.at, first.seen) == (
        2, ("T=7", "T=1"), 13.0, (5, 6, 7, 8)
    )  # fmt: skip
    assert second.number == 1
