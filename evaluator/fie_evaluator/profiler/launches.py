"""Which GPU kernels a candidate launches and how long each takes, as CUPTI saw them."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import torch

from fie_evaluator.child.messages import Operator
from fie_evaluator.timing.spans import Activity, activities

CALLS = 3
MARKER = "spin_kernel"
"What PyTorch's own waiting kernel is called."


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


def late_work_ms(call: Callable[..., Any], fresh: Callable[[], list[Any]]) -> float | None:
    """Return how long a call's work outlasts what its own stream waits for, in milliseconds.

    A marker is launched on that stream right after the call: it starts when the
    stream has done, or waited for, all that came before. None where it isn't seen.
    """
    call(*fresh())
    args = fresh()
    torch.cuda.synchronize()

    def work() -> None:
        call(*args)
        torch.cuda._sleep(1)

    return beyond_marker_ms(activities(work))


def beyond_marker_ms(seen: list[Activity]) -> float | None:
    """Return how far other work ends behind the start of the last marker, in milliseconds."""
    markers = [start for name, start, _ in seen if MARKER in name]
    others = [end for name, _, end in seen if MARKER not in name]
    if not markers or not others:
        return None
    return max(0, max(others) - max(markers)) / 1e6


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
