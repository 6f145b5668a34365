"""A schedule visits every workload in turn and spends what the plan allows."""

from collections.abc import Sequence

import pytest

from fie_evaluator.stages.schedule import Plan, Visit, carry_out


class Visited:
    """Records visits and says that the n-th timed call took n milliseconds."""

    def __init__(self) -> None:
        self.visits: list[Visit] = []
        self._timed = 0

    def take(self, visit: Visit) -> Sequence[float]:
        self.visits.append(visit)
        self._timed += visit.count
        return [float(self._timed)] * visit.count


def ignore(done: int, total: int) -> None:
    """Drop a progress report."""


def test_an_official_plan_is_carried_out_exactly() -> None:
    visited = Visited()
    plan = Plan(warmup=2, iterations=3, trials=2, draw=lambda below: below - 1)
    samples = carry_out(plan, (0, 1), visited.take, ignore)
    assert visited.visits == [
        Visit(place=place, trial=trial, warmup=2, count=3) for trial in (0, 1) for place in (0, 1)
    ]
    assert {place: len(found) for place, found in samples.items()} == {0: 6, 1: 6}


def test_an_official_visit_ends_where_nobody_foresees() -> None:
    visited = Visited()
    plan = Plan(warmup=2, iterations=5, trials=1, draw=lambda below: 1)
    samples = carry_out(plan, (0,), visited.take, ignore)
    assert visited.visits == [
        Visit(place=0, trial=0, warmup=2, count=2),
        Visit(place=0, trial=0, warmup=1, count=3),
    ]
    assert {place: len(found) for place, found in samples.items()} == {0: 5}


def test_a_budget_spreads_the_calls_over_interleaved_rounds() -> None:
    visited = Visited()
    plan = Plan(warmup=1, iterations=7, trials=1, budget_s=60.0)
    samples = carry_out(plan, (0, 1), visited.take, ignore)
    assert [visit.place for visit in visited.visits[2:]] == [0, 1] * 5
    assert {place: len(found) for place, found in samples.items()} == {0: 7, 1: 7}


def test_a_spent_budget_still_buys_three_calls() -> None:
    plan = Plan(warmup=1, iterations=50, trials=1, budget_s=1e-9)
    samples = carry_out(plan, (0, 1), Visited().take, ignore)
    assert {place: len(found) for place, found in samples.items()} == {0: 3, 1: 3}


def test_a_precise_workload_is_not_visited_again() -> None:
    noisy = iter([1.0, 9.0] * 100)
    visits: list[int] = []

    def take(visit: Visit) -> Sequence[float]:
        visits.append(visit.place)
        return [2.0 if visit.place == 0 else next(noisy) for _ in range(visit.count)]

    plan = Plan(warmup=1, iterations=30, trials=1, precision=0.01, draw=lambda below: 0)
    samples = carry_out(plan, (0, 1), take, ignore)
    assert visits == [0, 1, 1, 1]
    assert {place: len(found) for place, found in samples.items()} == {0: 10, 1: 30}


@pytest.mark.parametrize(
    "plan",
    [
        Plan(warmup=1, iterations=4, trials=2),
        Plan(warmup=1, iterations=4, trials=2, precision=0.5),
        Plan(warmup=1, iterations=4, trials=2, budget_s=60.0),
    ],
)
def test_progress_ends_where_it_says(plan: Plan) -> None:
    told: list[tuple[int, int]] = []
    carry_out(plan, (0, 1), Visited().take, lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1]
    assert told == sorted(told)
