"""Where a CPU kernel's time goes, by torch.profiler; runs in the candidate's process."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile, record_function

from fie_evaluator.inputs import clone
from fie_evaluator.messages import Operator

WHOLE_CALL = "whole call"
"The name of the row whose self time is what no operator accounts for."
CALLS = 3


def operator_breakdown(call: Callable[..., Any], args: Sequence[Any]) -> tuple[Operator, ...]:
    """Return self times per call in milliseconds, largest first."""
    call(*clone(list(args)))
    with profile(activities=[ProfilerActivity.CPU]) as recorded:
        for _ in range(CALLS):
            fresh = clone(list(args))
            with record_function(WHOLE_CALL), torch.no_grad():
                call(*fresh)
    operators = [
        Operator(
            name=event.key,
            self_ms=event.self_cpu_time_total / 1e3 / CALLS,
            calls=round(event.count / CALLS),
        )
        for event in recorded.key_averages()
    ]
    return tuple(sorted(operators, key=lambda operator: -operator.self_ms))
