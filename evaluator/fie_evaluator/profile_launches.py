"""Which GPU kernels a candidate launches and how long each takes, as CUPTI saw them."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from fie_evaluator.messages import Operator
from fie_evaluator.spans import Activity, activities

CALLS = 3


def launch_breakdown(
    call: Callable[..., Any], fresh: Callable[[], list[Any]]
) -> tuple[Operator, ...]:
    """Return GPU times per call in milliseconds by kernel, largest first."""
    call(*fresh())
    copies = [fresh() for _ in range(CALLS)]

    def work() -> None:
        for args in copies:
            call(*args)

    return tallied(activities(work), CALLS)


def tallied(seen: list[Activity], calls: int) -> tuple[Operator, ...]:
    """Return one row for each kernel's name, per call."""
    times: dict[str, list[int]] = defaultdict(list)
    for name, start, end in seen:
        times[name].append(end - start)
    operators = [
        Operator(name=name, self_ms=sum(spent) / 1e6 / calls, calls=round(len(spent) / calls))
        for name, spent in times.items()
    ]
    return tuple(sorted(operators, key=lambda operator: -operator.self_ms))
