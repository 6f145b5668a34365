"""Rounds visit every subject in turn and spend what the plan allows."""

from collections.abc import Sequence
from typing import Any

import pytest

from fie_evaluator.timing import (
    Call,
    Plan,
    ProcessorTime,
    Subjects,
    spread_of_median,
    time_in_rounds,
)


class CountingStopwatch:
    """Calls, and says that the n-th timed call took n milliseconds."""

    def __init__(self) -> None:
        self.timed = 0
        self.visits: list[tuple[Any, int, int]] = []

    def samples(
        self, call: Call, args: Sequence[Any], warmup: int, count: int
    ) -> tuple[list[float], list[Any]]:
        self.visits.append((args[0], warmup, count))
        self.timed += count
        return [float(self.timed)] * count, list(args)

    def once(self, call: Call, args: Sequence[Any]) -> float:
        raise NotImplementedError


def rounds_of(plan: Plan) -> tuple[CountingStopwatch, dict[int, list[float]], list[Any]]:
    stopwatch = CountingStopwatch()
    told: list[Any] = []
    subjects = Subjects(
        call=lambda *args: None,
        places=(0, 1),
        arguments=lambda place, trial: [(place, trial)],
        sampled=lambda place, args, typical_ms: told.append((place, args[0])),
    )
    samples = time_in_rounds(subjects, stopwatch, plan, lambda done, total: None)
    return stopwatch, samples, told


def test_an_official_plan_is_carried_out_exactly() -> None:
    plan = Plan(warmup=2, iterations=3, trials=2, budget_s=None)
    stopwatch, samples, told = rounds_of(plan)
    assert stopwatch.visits == [
        ((0, 0), 2, 3),
        ((1, 0), 2, 3),
        ((0, 1), 2, 3),
        ((1, 1), 2, 3),
    ]
    assert {place: len(found) for place, found in samples.items()} == {0: 6, 1: 6}
    assert told == [(0, (0, 1)), (1, (1, 1))]


def test_a_budget_spreads_the_calls_over_interleaved_rounds() -> None:
    stopwatch, samples, told = rounds_of(Plan(warmup=1, iterations=7, trials=1, budget_s=60.0))
    subjects = [place for (place, _), _, _ in stopwatch.visits[2:]]
    assert subjects == [0, 1] * 5
    assert {place: len(found) for place, found in samples.items()} == {0: 7, 1: 7}
    assert [place for place, _ in told] == [0, 1]


def test_a_spent_budget_still_buys_three_calls() -> None:
    _, samples, told = rounds_of(Plan(warmup=1, iterations=50, trials=1, budget_s=1e-9))
    assert {place: len(found) for place, found in samples.items()} == {0: 3, 1: 3}
    assert [place for place, _ in told] == [0, 1]


def test_each_call_gets_copies_of_its_own() -> None:
    import torch

    given = torch.zeros(2)
    seen: list[Any] = []
    _, last = ProcessorTime().samples(lambda value: seen.append(value.add_(1)), [given], 1, 2)
    assert [value.tolist() for value in seen] == [[1.0, 1.0]] * 3
    assert given.tolist() == [0.0, 0.0]
    assert last[0].tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("samples", "spread"), [([5.0, 5.0, 5.0], 0.0), ([1.0, 3.0], 1.0), ([4.0], 0.0)]
)
def test_the_spread_of_a_median(samples: list[float], spread: float) -> None:
    assert spread_of_median(samples) == spread


def test_the_spread_is_the_same_each_time() -> None:
    samples = [1.0, 1.2, 0.9, 1.1, 3.0, 1.05, 0.95]
    assert spread_of_median(samples) == spread_of_median(samples) > 0
