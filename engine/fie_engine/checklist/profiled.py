"""What a profile adds to what a kernel's text shows."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from fie_engine.checklist.progress import Finding
from fie_engine.checklist.tests import StepState
from fie_evaluator.results import Profile

FEW_LAUNCHES, MANY_LAUNCHES = 16, 48
"Launches in one call below which experts run together, and above which they don't."
TELLING_SHARE = 0.15
"Of the time, from which a kind of work is worth a word."
CONVERTS = re.compile(r"copy_|_to_copy|aten::to\b|elementwise|cast|convert|dequant|float8")
FP8_PRODUCT = re.compile(r"e4m3|fp8|f8f8|_scaled_mm", re.IGNORECASE)


def weighed(found: Sequence[Finding], profile: Profile | None) -> tuple[Finding, ...]:
    """Return findings with what the profile shows of them."""
    if profile is None:
        return tuple(found)
    return tuple(_weighed(one, profile) for one in found)


def _weighed(found: Finding, profile: Profile) -> Finding:
    weigh = WEIGHTS.get(found.step.test)
    return weigh(found, profile) if weigh else found


def _launches(found: Finding, profile: Profile) -> Finding:
    if not profile.kernels:
        return found
    count = sum(kernel.launches for kernel in profile.kernels)
    reason = f"{found.reason}; the profiler counts {count} launches a call"
    if found.state is not StepState.UNKNOWN or FEW_LAUNCHES < count < MANY_LAUNCHES:
        return replace(found, reason=reason)
    state = StepState.DONE if count <= FEW_LAUNCHES else StepState.OPEN
    return replace(found, state=state, reason=reason)


def _conversions(found: Finding, profile: Profile) -> Finding:
    share = _share(profile, CONVERTS)
    if found.state is StepState.DONE or share < TELLING_SHARE:
        return found
    reason = f"{found.reason}; copies and conversions take {share:.0%} of the time"
    return replace(found, state=StepState.OPEN, reason=reason)


def _products(found: Finding, profile: Profile) -> Finding:
    share = _share(profile, FP8_PRODUCT)
    if found.state is not StepState.UNKNOWN or share < TELLING_SHARE:
        return found
    reason = f"products of fp8 take {share:.0%} of the time"
    return replace(found, state=StepState.DONE, reason=reason)


def _share(profile: Profile, kind: re.Pattern[str]) -> float:
    """Return the share of the time that goes into what is called like this."""
    if profile.kernels:
        return sum(kernel.share for kernel in profile.kernels if kind.search(kernel.name))
    return sum(figure.share or 0.0 for figure in profile.figures if kind.search(figure.name))


WEIGHTS: dict[str, Callable[[Finding, Profile], Finding]] = {
    "parallel_experts": _launches,
    "fused_dequantisation": _conversions,
    "fp8_dot": _products,
}
