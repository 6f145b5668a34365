"""Where a CPU kernel's time goes, by torch.profiler; runs in the candidate's process."""

from collections.abc import Callable
from typing import Any

import torch
from torch.autograd.profiler import profile, record_function

from fie_evaluator.child.messages import Operator
from fie_evaluator.profiler.feedback import OUTSIDE
from fie_evaluator.timing.clocks import wall_ns

CALLS = 3
SLOW_S = 0.02
"A call that takes longer is profiled once."


def operator_breakdown(
    call: Callable[..., Any], fresh: Callable[[], list[Any]]
) -> tuple[Operator, ...]:
    """Return self times per call in milliseconds, largest first."""
    start = wall_ns()
    call(*fresh())
    calls = CALLS if (wall_ns() - start) / 1e9 < SLOW_S else 1
    copies = [fresh() for _ in range(calls)]
    # The engine under torch.profiler, whose own first use imports for seconds.
    with profile(use_kineto=True) as recorded:
        for args in copies:
            with record_function(OUTSIDE), torch.no_grad():
                call(*args)
    operators = [
        Operator(
            name=event.key,
            self_ms=event.self_cpu_time_total / 1e3 / calls,
            calls=round(event.count / calls),
        )
        for event in recorded.key_averages()
    ]
    return tuple(sorted(operators, key=lambda operator: -operator.self_ms))
