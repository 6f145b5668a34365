"""What is read from Nsight Compute: each figure, and the metrics that may hold it."""

from collections.abc import Mapping
from dataclasses import dataclass

from fie_evaluator.results import Figure

STALL_PREFIX = "smsp__average_warps_issue_stalled_"
STALL_SUFFIX = "_per_issue_active.ratio"
NO_STALL = "selected"
"The profiler counts the issuing of an instruction among the stalls; it is none."
TOP_STALLS = 3
FULL_OCCUPANCY = 100.0
BOUND_BY = "bound by "
"A figure's name starts so where it says what holds the kernel back."
LIMITED_BY = "occupancy limited by "


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure and the profiler's names for it, which differ between versions and GPUs."""

    name: str
    unit: str
    sources: tuple[str, ...]
    "The first that was measured counts."
    scale: float = 1.0
    "From the profiler's base unit to `unit`."


DURATION = Metric(name="duration", unit="µs", sources=("gpu__time_duration.sum",), scale=1e-3)
SM = Metric(
    name="SM throughput", unit="%", sources=("sm__throughput.avg.pct_of_peak_sustained_elapsed",)
)
DRAM = Metric(
    name="DRAM throughput",
    unit="%",
    sources=(
        "gpu__dram_throughput.avg.pct_of_peak_sustained_elapsed",
        "dram__throughput.avg.pct_of_peak_sustained_elapsed",
    ),
)
MEMORY = Metric(
    name="memory throughput",
    unit="%",
    sources=("gpu__compute_memory_throughput.avg.pct_of_peak_sustained_elapsed",),
)
BANDWIDTH = Metric(
    name="DRAM bandwidth", unit="GB/s", sources=("dram__bytes.sum.per_second",), scale=1e-9
)
READ = Metric(
    name="DRAM read",
    unit="MB",
    sources=("dram__bytes_read.sum", "dram__bytes_op_read.sum"),
    scale=1e-6,
)
WRITTEN = Metric(
    name="DRAM written",
    unit="MB",
    sources=("dram__bytes_write.sum", "dram__bytes_op_write.sum"),
    scale=1e-6,
)
ACHIEVED = Metric(
    name="achieved occupancy",
    unit="%",
    sources=("sm__warps_active.avg.pct_of_peak_sustained_active",),
)
THEORETICAL = Metric(
    name="theoretical occupancy", unit="%", sources=("sm__maximum_warps_per_active_cycle_pct",)
)
L2_HITS = Metric(name="L2 hit rate", unit="%", sources=("lts__t_sector_hit_rate.pct",))
L1_HITS = Metric(name="L1 hit rate", unit="%", sources=("l1tex__t_sector_hit_rate.pct",))
TENSOR = Metric(
    name="tensor pipe",
    unit="%",
    sources=(
        "sm__pipe_tensor_cycles_active.avg.pct_of_peak_sustained_active",
        "sm__inst_executed_pipe_tensor.avg.pct_of_peak_sustained_active",
    ),
)
REGISTERS = Metric(name="registers", unit="per thread", sources=("launch__registers_per_thread",))
STATIC_SHARED = Metric(
    name="static shared memory", unit="B", sources=("launch__shared_mem_per_block_static",)
)
DYNAMIC_SHARED = Metric(
    name="dynamic shared memory", unit="B", sources=("launch__shared_mem_per_block_dynamic",)
)
SPILLS = Metric(
    name="spills",
    unit="instructions",
    sources=(
        "sass__inst_executed_register_spilling",
        "derived__local_spilling_requests",
        "smsp__inst_executed_op_local.sum",
    ),
)
WAVES = Metric(name="waves", unit="per SM", sources=("launch__waves_per_multiprocessor",))
BLOCKS = Metric(name="blocks", unit="", sources=("launch__grid_size",))
THREADS = Metric(name="threads", unit="per block", sources=("launch__block_size",))

METRICS = (
    *(DURATION, DRAM, SM, MEMORY, BANDWIDTH, READ, WRITTEN, ACHIEVED, THEORETICAL),
    *(L2_HITS, L1_HITS, TENSOR, REGISTERS, STATIC_SHARED, DYNAMIC_SHARED, SPILLS),
    *(WAVES, BLOCKS, THREADS),
)
OPTIONAL = frozenset({READ, WRITTEN})
"Left out where not measured: the bandwidth tells the same."

LIMITS = (
    ("registers", "launch__occupancy_limit_registers"),
    ("shared memory", "launch__occupancy_limit_shared_mem"),
    ("warps", "launch__occupancy_limit_warps"),
    ("blocks", "launch__occupancy_limit_blocks"),
    ("barriers", "launch__occupancy_limit_barriers"),
)
"What may limit how many blocks an SM holds, and how many it then allows."


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """One reason why warps wait."""

    reason: str
    'As the profiler names it, for example "long scoreboard".'
    cycles: float
    "Between two instructions of a warp, on average."
    share: float
    "Of all cycles between two instructions, 0 to 1."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was measured of one launch of one kernel; what is absent was not measured."""

    base: str
    name: str
    values: Mapping[Metric, float]
    limits: tuple[str, ...]
    "What limits the occupancy: more than one where they tie; empty where nothing does."
    blocks_per_sm: float | None
    "How many blocks those limits leave."
    stalls: tuple[Stall, ...]
    "The longest first."

    def get(self, metric: Metric) -> float | None:
        """Return a figure; None where it was not measured."""
        return self.values.get(metric)

    @property
    def duration_us(self) -> float:
        """How long the launch took; 0 where that was not measured."""
        return self.values.get(DURATION, 0.0)


def reading_of(base: str, name: str, raw: Mapping[str, float]) -> Reading:
    """Pick the figures out of everything that the profiler measured of a launch."""
    values = {metric: raw[source] * metric.scale for metric, source in _sources(raw)}
    limits = {name: raw[metric] for name, metric in LIMITS if metric in raw}
    least = min(limits.values(), default=None)
    full = values.get(THEORETICAL, 0.0) >= FULL_OCCUPANCY
    return Reading(
        base=base,
        name=name,
        values=values,
        limits=() if full else tuple(name for name in limits if limits[name] == least),
        blocks_per_sm=least,
        stalls=stalls_of(raw),
    )


def stalls_of(raw: Mapping[str, float]) -> tuple[Stall, ...]:
    """Return the reasons why warps wait, the longest first."""
    cycles = {
        name.removeprefix(STALL_PREFIX).removesuffix(STALL_SUFFIX): value
        for name, value in raw.items()
        if name.startswith(STALL_PREFIX) and name.endswith(STALL_SUFFIX)
    }
    total = sum(cycles.values())
    ranked = sorted(cycles.items(), key=lambda item: -item[1])
    return tuple(
        Stall(reason=reason.replace("_", " "), cycles=value, share=value / total)
        for reason, value in ranked
        if reason != NO_STALL and value > 0
    )


def figures_of(reading: Reading) -> tuple[Figure, ...]:
    """Return a launch's figures as a profile shows them; None is n/a."""
    figures = [
        Figure(name=metric.name, value=reading.get(metric), unit=metric.unit)
        for metric in METRICS
        if metric in reading.values or metric not in OPTIONAL
    ]
    if reading.limits:
        limited = LIMITED_BY + " and ".join(reading.limits)
        figures.append(Figure(name=limited, value=reading.blocks_per_sm, unit="blocks per SM"))
    stalls = [
        Figure(name=f"stall: {one.reason}", value=one.cycles, unit="cycles", share=one.share)
        for one in reading.stalls[:TOP_STALLS]
    ]
    return (*figures, *stalls)


def _sources(raw: Mapping[str, float]) -> list[tuple[Metric, str]]:
    found = [(metric, [one for one in metric.sources if one in raw]) for metric in METRICS]
    return [(metric, sources[0]) for metric, sources in found if sources]
