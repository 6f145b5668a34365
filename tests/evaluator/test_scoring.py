"""A score is one mean of speedups, and its name says which."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.evaluator.judging import small_track

from fie_evaluator.errors import TrackError
from fie_evaluator.results import Evaluation, Status, WorkloadResult
from fie_evaluator.scoring import ScoreRule, rule_for, score
from fie_evaluator.track import Baseline

TRACK = small_track(Path("unused"))
STORED = Baseline(label="ours on a T4, stored", latency_ms=(("m=1", 8.0), ("m=2", 2.0)))


def result(label: str, median_ms: float, **changes: float | None) -> WorkloadResult:
    told = WorkloadResult(
        workload=label,
        label=label,
        status=Status.PASSED,
        median_ms=median_ms,
        reference_ms=16.0,
        baseline_ms=STORED.of(label),
    )
    return replace(told, **changes)


PASSED = Evaluation(
    status=Status.PASSED,
    results=(result("m=1", 4.0), result("m=2", 1.0)),
    device="CPU",
    timing="t",
)


@pytest.mark.parametrize(
    ("rule", "name", "value"),
    [
        (ScoreRule(), "geometric mean speedup vs reference", 8.0),
        (ScoreRule(mean="arithmetic"), "arithmetic mean speedup vs reference", 10.0),
        (
            ScoreRule(against="baseline", label=STORED.label),
            "geometric mean speedup vs baseline (ours on a T4, stored)",
            2.0,
        ),
        (
            ScoreRule(mean="arithmetic", against="baseline", label="x"),
            "arithmetic mean speedup vs baseline (x)",
            2.0,
        ),
    ],
)
def test_the_four_rules(rule: ScoreRule, name: str, value: float) -> None:
    assert rule.name == name
    assert score(PASSED, rule) == pytest.approx(value)


def test_a_workload_without_a_baseline_makes_the_score_nothing() -> None:
    lacking = replace(PASSED, results=(PASSED.results[0], result("m=3", 1.0)))
    assert score(lacking, ScoreRule(against="baseline")) == 0.0
    assert score(lacking, ScoreRule()) > 0.0


def test_an_incomplete_evaluation_counts_each_result_for_those_it_stands_for() -> None:
    weighted = replace(PASSED.results[0], weight=3.0)
    partly = replace(PASSED, results=(weighted, PASSED.results[1]), complete=False)
    assert score(partly, ScoreRule(mean="arithmetic")) == pytest.approx((3 * 4 + 16) / 4)


def test_a_tracks_rule_bears_its_baselines_label() -> None:
    track = replace(TRACK, baseline=STORED)
    rule = rule_for(track, "geometric", "baseline")
    assert rule == ScoreRule(against="baseline", label="ours on a T4, stored")
    assert rule_for(track, "arithmetic", "reference") == ScoreRule(mean="arithmetic")


def test_a_track_without_a_baseline_is_not_scored_against_one() -> None:
    with pytest.raises(TrackError, match="rmsnorm_h1024 has no stored baseline"):
        rule_for(TRACK, "geometric", "baseline")
