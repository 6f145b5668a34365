"""When the GPU worked, as CUPTI tells it through torch.profiler's engine."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.autograd.profiler import profile

SLACK_NS = 2_000
"The profiler puts GPU times on the host's clock, to about a microsecond."

Activity = tuple[str, int, int]
"Name, start and end in nanoseconds of the host's clock."


def activities(work: Callable[[], Any]) -> list[Activity]:
    """Return every kernel, copy and fill that ran on the GPU during `work`, in order."""
    with profile(use_device="cuda", use_kineto=True, use_cpu=False) as recorded:
        work()
        torch.cuda.synchronize()
    results: Any = recorded.kineto_results
    found = [
        (str(event.name()), int(event.start_ns()), int(event.start_ns() + event.duration_ns()))
        for event in results.events()
        if "CUDA" in str(event.device_type())
    ]
    return sorted(found, key=lambda activity: activity[1])


def gpu_spans(work: Callable[[], Any], windows: Sequence[tuple[int, int]]) -> list[float]:
    """Return the span of the GPU's work in milliseconds for each window that `work` opened.

    A window is a stretch of the host's time with an idle GPU at both ends; one in
    which the GPU did nothing has no span and counts as its whole length.
    """
    seen = activities(work)
    return [span_ms(seen, *window) for window in windows]


def span_ms(seen: Sequence[Activity], opened: int, closed: int) -> float:
    """Return the first start to the last end of what began in the window, in milliseconds."""
    inside = [
        (start, end) for _, start, end in seen if opened - SLACK_NS <= start <= closed + SLACK_NS
    ]
    if not inside:
        return (closed - opened) / 1e6
    return (max(end for _, end in inside) - min(start for start, _ in inside)) / 1e6


def has_cupti(device: str) -> bool:
    """Whether GPU activities can be seen here."""
    probe = torch.zeros(1024, device=device)
    torch.cuda.synchronize(device)
    return bool(activities(lambda: probe.add_(1)))
