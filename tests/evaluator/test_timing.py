"""A sitting times fresh calls; medians carry their spread."""

from typing import Any

import pytest
import torch

from fie_evaluator.profiler.launches import beyond_marker_ms
from fie_evaluator.stages.verdicts import outlasts
from fie_evaluator.timing.clocks import ProcessorTime, spread_of_median
from fie_evaluator.timing.spans import Activity, span_ms


def test_each_call_gets_arguments_of_its_own() -> None:
    seen: list[Any] = []
    sitting = ProcessorTime().sit(
        lambda value: seen.append(value.add_(1)), lambda: [torch.zeros(2)], 1, 2
    )
    assert [value.tolist() for value in seen] == [[1.0, 1.0]] * 3
    assert sitting.args[0].tolist() == [1.0, 1.0]
    assert len(sitting.latencies_ms) == 2


def test_a_sitting_keeps_what_the_last_call_returned() -> None:
    answers = iter("abc")
    sitting = ProcessorTime().sit(lambda: next(answers), list, 1, 2)
    assert sitting.result == "c"


@pytest.mark.parametrize(
    ("samples", "spread"), [([5.0, 5.0, 5.0], 0.0), ([1.0, 3.0], 1.0), ([4.0], 0.0)]
)
def test_the_spread_of_a_median(samples: list[float], spread: float) -> None:
    assert spread_of_median(samples) == spread


def test_the_spread_is_the_same_each_time() -> None:
    samples = [1.0, 1.2, 0.9, 1.1, 3.0, 1.05, 0.95]
    assert spread_of_median(samples) == spread_of_median(samples) > 0


def test_a_span_is_from_the_first_start_to_the_last_end_on_any_stream() -> None:
    seen = [
        ("flush", 0, 900_000),
        ("first", 1_000_000, 1_100_000),
        ("side stream", 1_050_000, 1_400_000),
        ("last", 1_200_000, 1_300_000),
        ("flush", 5_000_000, 6_000_000),
    ]
    assert span_ms(seen, 950_000, 1_500_000) == 0.4


def test_a_window_in_which_the_device_rests_counts_whole() -> None:
    assert span_ms([("flush", 0, 900_000)], 2_000_000, 2_500_000) == 0.5


@pytest.mark.parametrize(
    ("seen", "late_ms"),
    [
        ([("gemm", 0, 900_000), ("spin_kernel", 901_000, 902_000)], 0.0),
        ([("gemm", 0, 900_000), ("spin_kernel", 500_000, 501_000)], 0.4),
        ([("side", 0, 300_000), ("gemm", 0, 200_000), ("spin_kernel", 310_000, 311_000)], 0.0),
        ([("gemm", 0, 900_000)], None),
        ([("spin_kernel", 0, 1_000)], None),
    ],
)
def test_work_behind_the_marker_escaped(seen: list[Activity], late_ms: float | None) -> None:
    assert beyond_marker_ms(seen) == late_ms


@pytest.mark.parametrize(
    ("late_ms", "latencies_ms", "outlasted"),
    [
        ((), (1.0,), False),
        ((0.02, 0.5, 0.02), (0.1,), False),
        ((0.05, 0.05, 0.0), (0.1,), True),
        ((0.05, 0.05, 0.05), (1.0,), False),
        ((0.2, 0.2, 0.2), (1.0,), True),
    ],
)
def test_work_outlasts_calls_where_most_of_them_were_late(
    late_ms: tuple[float, ...], latencies_ms: tuple[float, ...], outlasted: bool
) -> None:
    assert outlasts(late_ms, latencies_ms) is outlasted
