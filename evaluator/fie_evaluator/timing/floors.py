"""The least time that a device allows a workload, and what is faster than possible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fie_evaluator.timing.work import Work, fastest_tflop_s, work_of

if TYPE_CHECKING:
    from flashinfer_bench.data import Definition

    from fie_evaluator.timing.ceilings import Ceilings

SHARE_OF_PEAK = 0.85
"""What the measured ceilings reach at least of what a perfect kernel could.

A library's product or reduction, on clocks that vary, is a few per cent below the best
kernel there may be; so a time is impossible only clearly beyond what was measured.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """How long a workload takes at the measured ceilings, and how long at the very least."""

    memory_ms: float
    "Every byte that must move, at the measured bandwidth, from and to a cold memory."
    compute_ms: float
    "0.0 where no operation is counted."
    least_ms: float
    "Only below this is a time impossible: it allows for caches and for better kernels than ours."
    least_work: str
    'What takes `least_ms`, for example "moving 88.1 MB at 3.35 TB/s".'

    @property
    def floor_ms(self) -> float:
        """The larger of the two limits."""
        return max(self.memory_ms, self.compute_ms)

    @property
    def bound(self) -> str:
        """Which of the two limits it is."""
        return "memory" if self.memory_ms >= self.compute_ms else "compute"


def floor_of(
    definition: "Definition",
    axes: Mapping[str, int],
    values: Sequence[Any],
    ceilings: "Ceilings",
) -> Floor | None:
    """Return a workload's floor from its inputs, in the definition's order.

    None where nothing is known that every kernel must do.
    """
    work = work_of(definition, axes, values, ceilings)
    return floor_from(work, ceilings) if work.moved_bytes else None


def impossible(median_ms: float, floor: Floor) -> str:
    """Say why a median can't be true; empty where it can."""
    if median_ms >= floor.least_ms:
        return ""
    return (
        f"{median_ms:.3g} ms is faster than the {floor.least_ms:.3g} ms that "
        f"{floor.least_work} takes: impossible"
    )


def floor_from(work: Work, ceilings: "Ceilings") -> Floor:
    """Return how long the work takes at the ceilings."""
    memory_s = work.moved_bytes / (ceilings.read_tb_s * 1e12)
    compute_s = work.flops / (work.rate_tflop_s * 1e12) if work.rate_tflop_s else 0.0
    least_s, least_work = max(least_transfer(work, ceilings), least_compute(work, ceilings))
    return Floor(
        memory_ms=memory_s * 1e3,
        compute_ms=compute_s * 1e3,
        least_ms=least_s * 1e3,
        least_work=least_work,
    )


def least_transfer(work: Work, ceilings: "Ceilings") -> tuple[float, str]:
    """Return the seconds that the memory bus needs, and for what.

    One L2 cache full is free: inputs that were just copied may still lie in it, and
    outputs needn't have left it when the call ends.
    """
    moved = max(0.0, work.moved_bytes - ceilings.l2_bytes)
    measured = ceilings.read_tb_s
    bus = ceilings.bus_tb_s
    peak = bus if bus and bus >= measured else measured / SHARE_OF_PEAK
    return moved / (peak * 1e12), f"moving {moved / 1e6:,.1f} MB at {peak:.2f} TB/s"


def least_compute(work: Work, ceilings: "Ceilings") -> tuple[float, str]:
    """Return the seconds that the arithmetic needs in the fastest format, and for what."""
    if not work.rate_tflop_s:
        return 0.0, ""
    # A loose tolerance lets a kernel compute in a narrower format than the definition's.
    peak = fastest_tflop_s(ceilings) / SHARE_OF_PEAK
    done = f"computing {work.flops / 1e12:.3g} TFLOP at {peak:,.0f} TFLOP/s"
    return work.flops / (peak * 1e12), done
