"""Conditions, builds and limits in words."""

from dataclasses import replace

import pytest

from fie_evaluator.results import BuiltKernel, Conditions, Evaluation, Status, WorkloadResult
from fie_evaluator.scoring import limit_reached
from fie_evaluator.timing.telling import build_told, disturbances, limit_told, readings

CALM = Conditions(
    sm_clock_mhz=(1980, 1980, 1980), memory_clock_mhz=2619, power_w=311.6, temperature_c=41
)
TIMED = WorkloadResult(
    workload="w", label="T=7", status=Status.PASSED, median_ms=0.2, floor_ms=0.1, bound="memory"
)


def test_a_steady_clock_is_one_number() -> None:
    assert readings(CALM) == ("SM 1980 MHz", "312 W", "41 °C", "memory 2619 MHz")
    assert disturbances(CALM) == ()


def test_a_wandering_clock_has_its_range_and_trouble_is_named() -> None:
    hot = replace(CALM, sm_clock_mhz=(990, 1755, 1980), throttled=("power cap", "thermal"))
    assert readings(hot)[0] == "SM 1755 MHz (990–1980)"
    assert disturbances(hot) == ("throttled: power cap, thermal",)


@pytest.mark.parametrize(
    ("others", "told"),
    [(1, "1 other GPU process"), (2, "2 other GPU processes")],
)
def test_other_processes_are_counted(others: int, told: str) -> None:
    assert disturbances(replace(CALM, other_processes=others)) == (told,)


def test_a_build_says_what_it_needs_and_whether_it_spills() -> None:
    kernel = BuiltKernel(
        name="moe", registers=255, spills=96, shared_bytes=103_424, warps=8, stages=4
    )
    assert build_told(kernel) == (
        "moe: 255 registers, 96 bytes spilled, 101 KB shared, 8 warps, 4 stages"
    )


def test_a_limit_is_a_share_with_its_kind_or_nothing() -> None:
    assert limit_told(TIMED) == "50% memory"
    assert limit_told(replace(TIMED, floor_ms=None)) == ""


def test_the_limit_reached_is_the_geometric_mean_by_weight() -> None:
    results = (TIMED, replace(TIMED, floor_ms=0.025, weight=3.0))
    judged = Evaluation(status=Status.PASSED, results=results, device="GPU", timing="events")
    assert limit_reached(judged) == pytest.approx(0.25)
    assert limit_reached(replace(judged, complete=False)) == pytest.approx(0.5 / 4**0.75)
    assert limit_reached(replace(judged, results=())) is None
