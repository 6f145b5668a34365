"""The score's noise: between sittings, within one judging, and the larger of both."""

import math
from dataclasses import replace

import numpy as np
import pytest

from fie_evaluator.results import Evaluation, Status, WorkloadResult
from fie_evaluator.scoring import relative_noise
from fie_evaluator.timing.noise import aa_noise


def timed(workload: str, median_ms: float, spread_ms: float, weight: float = 1.0) -> WorkloadResult:
    return WorkloadResult(
        workload=workload,
        label=workload,
        status=Status.PASSED,
        median_ms=median_ms,
        spread_ms=spread_ms,
        reference_ms=10.0,
        weight=weight,
    )


JUDGED = Evaluation(
    status=Status.PASSED,
    results=(timed("a", 2.0, 0.06, weight=1.0), timed("b", 1.0, 0.04, weight=3.0)),
    device="GPU",
    timing="CUDA events",
)


def test_equal_sittings_have_no_noise() -> None:
    sitting = [[1.0, 1.1, 0.9], [5.0, 5.0]]
    assert aa_noise([sitting, sitting, sitting]) == 0.0


def test_only_the_medians_count() -> None:
    assert aa_noise([[[1.0, 2.0, 9.0]], [[0.1, 2.0, 3.0]]]) == 0.0


def test_the_noise_is_that_of_the_geometric_mean() -> None:
    # One workload of two rises by 2 %, so the score falls by 1 %.
    sittings = [[[1.0], [7.0]], [[1.02], [7.0]]]
    assert aa_noise(sittings) == pytest.approx(math.log(1.02) / 2 / math.sqrt(2))


def test_a_known_variation_is_found_again() -> None:
    rng = np.random.default_rng(5)
    sittings = [[[4.0 * math.exp(0.01 * rng.standard_normal())]] for _ in range(4000)]
    assert aa_noise(sittings) == pytest.approx(0.01, rel=0.05)


@pytest.mark.parametrize("sittings", [[], [[[1.0]]], [[[1.0]], [[1.0], [2.0]]]])
def test_too_few_or_unlike_sittings_have_no_noise_to_tell(
    sittings: list[list[list[float]]],
) -> None:
    with pytest.raises(ValueError, match="sittings|two"):
        aa_noise(sittings)


def test_without_a_measured_floor_the_spreads_decide() -> None:
    assert relative_noise(JUDGED) == pytest.approx(math.hypot(0.03, 0.04) / 2)


def test_a_part_counts_the_spreads_by_what_they_stand_for() -> None:
    partly = replace(JUDGED, complete=False)
    assert relative_noise(partly) == pytest.approx(math.hypot(0.03, 3 * 0.04) / 4)


def test_the_noise_is_never_below_what_one_kernel_varies_here() -> None:
    assert relative_noise(replace(JUDGED, noise_floor=0.02)) == pytest.approx(1.96 * 0.02)
    assert relative_noise(replace(JUDGED, noise_floor=0.001)) == relative_noise(JUDGED)


def test_what_was_not_timed_has_no_noise() -> None:
    assert relative_noise(replace(JUDGED, results=())) == 0.0
