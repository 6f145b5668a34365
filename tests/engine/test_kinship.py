"""A candidate beside its parent, workload by workload, and back to the seed."""

from dataclasses import replace

import pytest

from fie_engine.model import Candidate, Origin
from fie_engine.view.kinship import WorkloadChange, lineage, parent_of, workload_changes
from fie_engine.view.rows import CandidateRow, CandidateState, Turns
from fie_evaluator.results import Evaluation, Status, WorkloadResult


def timed(label: str, median_ms: float, spread_ms: float = 0.0) -> WorkloadResult:
    return WorkloadResult(
        workload=label,
        label=label,
        status=Status.PASSED,
        median_ms=median_ms,
        spread_ms=spread_ms,
        reference_ms=8.0,
    )


def row(name: str, parent: str, *results: WorkloadResult) -> CandidateRow:
    made = Candidate(
        id=name,
        parents=(parent,) if parent else (),
        island=0,
        generation=0,
        origin=Origin.OPERATOR,
        model="",
        note="",
        digest=name,
    )
    judged = Evaluation(status=Status.PASSED, results=results, device="CPU", timing="wall")
    return CandidateRow(candidate=made, state=CandidateState.PASSED, at=0.0, evaluation=judged)


SEED = row("seed", "", timed("T=1", 8.0), timed("T=7", 16.0), timed("T=9", 8.0))
PARENT = row("a", "seed", timed("T=1", 4.0, 0.2), timed("T=7", 8.0, 0.4))
CHILD = row("b", "a", timed("T=7", 4.0, 0.2), timed("T=1", 4.1, 0.2))


def test_workloads_keep_the_seeds_order_and_name_what_was_not_reached() -> None:
    changes = workload_changes(CHILD, PARENT, SEED)
    assert [(one.label, one.speedup, one.change) for one in changes] == [
        ("T=1", pytest.approx(8 / 4.1), pytest.approx(4 / 4.1 - 1)),
        ("T=7", 2.0, 1.0),
        ("T=9", None, None),
    ]
    assert changes[2] == WorkloadChange(
        label="T=9", result=None, speedup=None, noise=0.0, change=None, change_noise=0.0
    )


def test_a_change_no_larger_than_both_noises_is_within_noise() -> None:
    same, faster, missing = workload_changes(CHILD, PARENT, SEED)
    assert same.change_noise == pytest.approx(0.2 / 4.1 + 0.2 / 4.0)
    assert (same.within_noise, faster.within_noise, missing.within_noise) == (True, False, False)


def test_a_seed_has_no_changes() -> None:
    assert [one.change for one in workload_changes(SEED, None, SEED)] == [None, None, None]


def test_lineage_goes_back_to_the_seed_and_survives_a_circle() -> None:
    rows = {one.candidate.id: one for one in (SEED, PARENT, CHILD)}
    assert lineage(rows, "b") == [CHILD, PARENT, SEED]
    assert lineage(rows, "missing") == []
    assert parent_of(rows, CHILD) is PARENT
    assert parent_of(rows, SEED) is None
    circle = row("x", "x")
    assert lineage({"x": circle}, "x") == [circle]


def test_after_turns_the_parents_figures_are_those_of_the_turns() -> None:
    turns = Turns(
        against="a",
        ratio=1.0,
        noise=0.02,
        verdict="tie",
        others=(timed("T=1", 8.2, 0.1), timed("T=7", 4.0)),
    )
    first, second, _ = workload_changes(replace(CHILD, turns=turns), PARENT, SEED)
    assert first.change == pytest.approx(8.2 / 4.1 - 1)
    assert second.change == 0.0
    with_another = replace(turns, against="c")
    assert workload_changes(replace(CHILD, turns=with_another), PARENT, SEED) == workload_changes(
        CHILD, PARENT, SEED
    )


def test_a_change_below_what_one_kernel_varies_by_is_noise() -> None:
    assert CHILD.evaluation is not None
    noisy = replace(CHILD, evaluation=replace(CHILD.evaluation, noise_floor=0.6))
    assert [one.within_noise for one in workload_changes(noisy, PARENT, SEED)] == [
        *(True, True),
        False,
    ]
