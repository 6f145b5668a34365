"""The engine benchmark's summary, from rows of known figures."""

from typing import Any

from tests.bench.engine_report import replaced, summary
from tests.bench.engine_throughput import gaps, overlapping


def throughput(engine: str, ratio: float, rate: float, **more: Any) -> dict[str, Any]:
    told = {"lease_use": 0.97, "overlapping_evaluations": 0, **more}
    row = {"part": "throughput", "engine": engine, "model_per_evaluation": ratio}
    return {**row, "candidates_per_minute": rate, **told}


def quality(kind: str, rng_seed: int, **more: Any) -> dict[str, Any]:
    return {"part": "quality", "kind": kind, "rng_seed": rng_seed, "evaluations": 100, **more}


def test_ratios_are_ours_over_stock_and_lease_use_is_the_worst_of_ours() -> None:
    rows = [
        throughput("stock", 2.0, 20.0, lease_use=0.3),
        throughput("ours", 2.0, 58.0),
        throughput("stock", 4.0, 12.0, lease_use=0.2),
        throughput("ours", 4.0, 57.0, lease_use=0.96, overlapping_evaluations=1),
    ]
    told = summary(rows, {})
    assert told["throughput_ratio_vs_stock_w1"] == 2.9
    assert told["throughput_ratio_vs_stock_w1_slow_model"] == 4.75
    assert (told["lease_use"], told["overlapping_evaluations"]) == (0.96, 1)


def test_what_was_never_measured_is_null_and_what_others_measured_stays() -> None:
    told = summary([], {"useful_replies_pct": 91.0, "lease_use": 0.5})
    assert told.pop("useful_replies_pct") == 91.0
    assert set(told.values()) == {None}


def test_bests_are_medians_of_the_kernels_that_were_judged_in_one_sitting() -> None:
    rows = [quality("ours", seed, score=float(seed)) for seed in (1, 2, 9)]
    told = summary([*rows, quality("stock", 1, own_score=5.0)], {})
    assert (told["best_ours"], told["best_stock"], told["best_of_n"]) == (2.0, None, None)


def test_a_new_row_takes_the_place_of_an_older_one_about_the_same() -> None:
    old = [quality("ours", 1, score=1.0), quality("ours", 2, score=2.0)]
    assert replaced(old, quality("ours", 1, score=3.0)) == [
        quality("ours", 2, score=2.0),
        quality("ours", 1, score=3.0),
    ]


def test_overlaps_and_gaps_are_seen() -> None:
    told = [
        {"began": 0.0, "ended": 2.0},
        {"began": 1.5, "ended": 3.0},
        {"began": 4.0, "ended": 5.0},
    ]
    assert overlapping(told) == 1
    assert gaps(told) == [-0.5, 1.0]
