"""Conditions, builds and limits in the words that every reader of a result gets."""

from fie_evaluator.results import BuiltKernel, Conditions, WorkloadResult


def score_told(value: float, unit: str = "x") -> str:
    """Return a score without its noise; without a unit it is no speedup and has its own scale."""
    return f"{value:.3f}{unit}" if unit else f"{value:.5g}"


def limit_told(result: WorkloadResult) -> str:
    """Return how much of the limit is reached and which one it is; empty where unknown."""
    if result.limit_fraction is None:
        return ""
    return f"{result.limit_fraction:.0%} {result.bound}".rstrip()


def readings(conditions: Conditions) -> tuple[str, ...]:
    """Return what the driver read while the candidate was timed, the most telling first."""
    lowest, median, highest = conditions.sm_clock_mhz
    clock = f"SM {median} MHz" if lowest == highest else f"SM {median} MHz ({lowest}–{highest})"
    return (
        clock,
        f"{conditions.power_w:.0f} W",
        f"{conditions.temperature_c} °C",
        f"memory {conditions.memory_clock_mhz} MHz",
    )


def disturbances(conditions: Conditions) -> tuple[str, ...]:
    """Return what speaks against the figures; empty when nothing does."""
    told = [f"throttled: {', '.join(conditions.throttled)}"] if conditions.throttled else []
    others = conditions.other_processes
    if others:
        told.append(f"{others} other GPU process{'es' if others > 1 else ''}")
    return tuple(told)


def build_told(kernel: BuiltKernel) -> str:
    """Return what the compiler made of a kernel, in one line."""
    spills = f"{kernel.spills} bytes spilled" if kernel.spills else "no spills"
    large = kernel.shared_bytes >= 1024
    shared = f"{kernel.shared_bytes / 1024:.4g} KB" if large else f"{kernel.shared_bytes} B"
    return (
        f"{kernel.name}: {kernel.registers} registers, {spills}, "
        f"{shared} shared, {kernel.warps} warps, {kernel.stages} stages"
    )
