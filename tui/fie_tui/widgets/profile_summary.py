"""What holds the most expensive GPU kernel back: its limiter, its stalls, its occupancy."""

from fie_evaluator.profiler.metrics import ACHIEVED, BOUND_BY, LIMITED_BY, THEORETICAL
from fie_evaluator.results import Figure, KernelProfile, Profile
from fie_tui.looks.ink import Line, pad, wrapped

STALL = "stall: "
HEAD_WIDTH = 9
STALLS_TOLD = 3
NOTABLE = 0.5
"Percentage points below which two figures are the same."


def summary_lines(profile: Profile, earlier: Profile | None, width: int) -> list[Line]:
    """Return a line or two for each; empty without GPU kernels."""
    if not profile.kernels:
        return []
    kernel = profile.kernels[0]
    same = (one for one in (earlier.kernels if earlier else ()) if one.name == kernel.name)
    before = next(same, None)
    told = (
        ("limiter", _limiter(kernel, before)),
        ("stalls", _stalls(kernel, before)),
        ("occupied", _occupancy(kernel, before)),
    )
    lines: list[Line] = [
        ((f" {pad(kernel.name, max(8, width - 12))} {kernel.share:.0%}", "faint"),)
    ]
    for head, words in told:
        pieces = wrapped(words, max(8, width - HEAD_WIDTH - 2)) if words else []
        for place, text in enumerate(pieces):
            lines.append(
                ((f" {pad(head if not place else '', HEAD_WIDTH)}", "key"), (text, "strong"))
            )
    return lines if len(lines) > 1 else []


def _limiter(kernel: KernelProfile, before: KernelProfile | None) -> str:
    found = next((one for one in kernel.figures if one.name.startswith(BOUND_BY)), None)
    if found is None:
        return ""
    was = next((one for one in _figures(before) if one.name.startswith(BOUND_BY)), None)
    told = f"{found.name.removeprefix(BOUND_BY)}{_percent(found.value)}"
    if was is None:
        return told
    if was.name != found.name:
        return f"{told}, before {was.name.removeprefix(BOUND_BY)}{_percent(was.value)}"
    return told + _was(found.value, was.value)


def _stalls(kernel: KernelProfile, before: KernelProfile | None) -> str:
    earlier = {one.name: one.share for one in _figures(before) if one.share is not None}
    told = [
        f"{one.name.removeprefix(STALL)} {one.share:.0%}"
        + _was(one.share * 100, _times(earlier.get(one.name), 100))
        for one in kernel.figures
        if one.name.startswith(STALL) and one.share is not None
    ]
    return ", ".join(told[:STALLS_TOLD])


def _occupancy(kernel: KernelProfile, before: KernelProfile | None) -> str:
    achieved, possible = _value(kernel, ACHIEVED.name), _value(kernel, THEORETICAL.name)
    if achieved is None:
        return ""
    told = f"{achieved:.0f}%" if possible is None else f"{achieved:.0f} of {possible:.0f}%"
    told += _was(achieved, _value(before, ACHIEVED.name))
    limits = [one.name for one in kernel.figures if one.name.startswith(LIMITED_BY)]
    return told + (f", by {limits[0].removeprefix(LIMITED_BY)}" if limits else "")


def _figures(kernel: KernelProfile | None) -> tuple[Figure, ...]:
    return kernel.figures if kernel else ()


def _value(kernel: KernelProfile | None, name: str) -> float | None:
    return next((one.value for one in _figures(kernel) if one.name == name), None)


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _percent(value: float | None) -> str:
    return "" if value is None else f" {value:.0f}%"


def _was(value: float | None, before: float | None) -> str:
    """Say what a percentage was with the parent, where it was another."""
    if value is None or before is None or abs(value - before) < NOTABLE:
        return ""
    return f" {'▲' if value > before else '▼'} from {before:.0f}%"
