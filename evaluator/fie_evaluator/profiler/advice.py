"""Our own advice: short sentences that follow from a kernel's figures by fixed rules."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fie_evaluator.profiler.metrics import (
    ACHIEVED,
    BANDWIDTH,
    BLOCKS,
    DRAM,
    L2_HITS,
    MEMORY,
    REGISTERS,
    SM,
    SPILLS,
    TENSOR,
    THEORETICAL,
    WAVES,
    Reading,
)
from fie_evaluator.profiler.names import TracedKernel, cleaned
from fie_evaluator.profiler.words import (
    limited,
    main_stall,
    occupancy,
    of_possible,
    percent,
    remedy,
)
from fie_evaluator.results import Advice

BUSY = 60.0
"Percent of a unit's peak from which that unit holds a kernel back."
NEAR_PEAK = 80.0
"Percent of DRAM's peak from which little but moving fewer bytes helps."
IDLE = 1.0
"Percent below which the tensor cores count as unused."
WORTH_TENSOR_CORES = 40.0
"Percent of the SMs' peak from which arithmetic is worth moving to the tensor cores."
TAIL = 0.8
"How full the waves of blocks must be on average, else the last one is worth a sentence."
FEWEST_WAVES = 0.1
"Fewer are told as less than this."
MANY_WAVES = 5.0
"From here on a part-filled last wave hardly matters."
SHORT_US = 5.0
"A launch shorter than this hardly outlasts its own start and end."
FEW_LAUNCHES = 5
MUCH_IN_SHORT = 0.25
"Share of the GPU's time in short launches from which they are worth a sentence."
LONGEST_SUBJECT = 48
SMALL_SHARE = 0.03
"Kernels below this share of the time get no advice."


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A kernel with its place in the candidate and what the profiler measured of it."""

    share: float
    "Of the candidate's GPU time, 0 to 1."
    reading: Reading

    @property
    def subject(self) -> str:
        """The kernel's name and share, as a sentence mentions it."""
        name = cleaned(self.reading.base, LONGEST_SUBJECT)
        return f"{name} ({percent(100 * self.share)} of the time)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What holds a kernel back."""

    by: str
    '"DRAM", "cache", "compute" or "latency".'
    peak: float
    "Percent of that unit's peak; for latency, of the busiest unit's."


def bound_of(reading: Reading) -> Bound | None:
    """Return what holds a kernel back; None where the profiler didn't measure enough."""
    sm, dram = reading.get(SM), reading.get(DRAM)
    if sm is None or dram is None:
        return None
    memory = max(dram, reading.get(MEMORY) or 0.0)
    if max(sm, memory) < BUSY:
        return Bound(by="latency", peak=max(sm, memory))
    if sm > memory:
        return Bound(by="compute", peak=sm)
    return Bound(by="DRAM", peak=dram) if dram >= BUSY else Bound(by="cache", peak=memory)


def advise(measured: Sequence[Measured], traced: Sequence[TracedKernel]) -> tuple[Advice, ...]:
    """Return one sentence for each rule that applies, those on most of the time first."""
    found = [
        (kernel.share, advice)
        for kernel in measured
        if kernel.share >= SMALL_SHARE
        for rule in RULES
        if (advice := rule(kernel)) is not None
    ]
    found += launch_bound(traced)
    return tuple(advice for _, advice in sorted(found, key=lambda item: -item[0]))


def memory_bound(kernel: Measured) -> Advice | None:
    """A kernel that DRAM holds back."""
    bound = bound_of(kernel.reading)
    if bound is None or bound.by != "DRAM":
        return None
    if bound.peak >= NEAR_PEAK:
        remedy = (
            "only fewer bytes help: narrower types, every weight read once, fusion with a neighbour"
        )
    else:
        remedy = f"keep more loads in flight, then move fewer bytes{occupancy(kernel.reading)}"
    bandwidth = kernel.reading.get(BANDWIDTH)
    moves = "" if bandwidth is None else f" moves {bandwidth:,.0f} GB/s"
    text = f"MEMORY-BOUND at {percent(bound.peak)} of DRAM peak: {kernel.subject}{moves}; {remedy}."
    return Advice(text=text, gain=whole_gain(kernel.share, 1 - bound.peak / 100))


def cache_bound(kernel: Measured) -> Advice | None:
    """A kernel that the caches' or shared memory's throughput holds back."""
    bound = bound_of(kernel.reading)
    if bound is None or bound.by != "cache":
        return None
    hits = kernel.reading.get(L2_HITS)
    told = "" if hits is None else f", L2 hit rate {percent(hits)}"
    return Advice(
        text=f"CACHE-BOUND: {kernel.subject} keeps its memory pipes {percent(bound.peak)} busy "
        f"while DRAM works at {percent(kernel.reading.get(DRAM) or 0.0)}{told}: coalesce, use "
        "wider accesses, avoid bank conflicts, keep values in registers."
    )


def compute_bound(kernel: Measured) -> Advice | None:
    """A kernel that arithmetic holds back."""
    bound = bound_of(kernel.reading)
    if bound is None or bound.by != "compute":
        return None
    tensor = kernel.reading.get(TENSOR)
    told = "" if tensor is None else f" with the tensor pipe at {percent(tensor)}"
    return Advice(
        text=f"COMPUTE-BOUND at {percent(bound.peak)} of SM peak: {kernel.subject}{told}; only "
        "less arithmetic helps: narrower types, nothing computed twice, no padding rows."
    )


def latency_bound(kernel: Measured) -> Advice | None:
    """A kernel that keeps nothing busy."""
    bound = bound_of(kernel.reading)
    achieved, possible = kernel.reading.get(ACHIEVED), kernel.reading.get(THEORETICAL)
    if bound is None or bound.by != "latency" or achieved is None or possible is None:
        return None
    return Advice(
        text=f"LATENCY-BOUND: occupancy {of_possible(achieved, possible)}"
        f"{limited(kernel.reading)}: {kernel.subject} uses no unit beyond {percent(bound.peak)} "
        f"of its peak{main_stall(kernel.reading)}{remedy(kernel.reading)}."
    )


def tensor_idle(kernel: Measured) -> Advice | None:
    """Much arithmetic, none of it on the tensor cores."""
    sm, tensor = kernel.reading.get(SM), kernel.reading.get(TENSOR)
    if sm is None or tensor is None or tensor >= IDLE or sm < WORTH_TENSOR_CORES:
        return None
    return Advice(
        text=f"TENSOR PIPE IDLE: {kernel.subject} computes at {percent(sm)} of SM peak without "
        "the tensor cores: if it multiplies matrices, use tl.dot on 16-bit or 8-bit operands."
    )


def spilling(kernel: Measured) -> Advice | None:
    """Registers that did not suffice."""
    spills = kernel.reading.get(SPILLS)
    if not spills:
        return None
    registers = kernel.reading.get(REGISTERS)
    told = "" if registers is None else f" at {registers:.0f} registers per thread"
    return Advice(
        text=f"SPILLS: {kernel.subject} executes {spills:,.0f} spilling instructions{told}: use "
        "smaller tiles, more warps per block or fewer values alive at once."
    )


def too_few_blocks(kernel: Measured) -> Advice | None:
    """A grid that does not fill the GPU, unless DRAM is busy nevertheless."""
    waves, dram = kernel.reading.get(WAVES), kernel.reading.get(DRAM)
    if waves is None or waves >= 1.0 or (dram or 0.0) >= NEAR_PEAK:
        return None
    blocks = kernel.reading.get(BLOCKS)
    told = (
        "" if blocks is None else f", {blocks:,.0f} {'block' if blocks == 1 else 'blocks'} in all"
    )
    amount = f"{waves:.1f}" if waves >= FEWEST_WAVES else f"UNDER {FEWEST_WAVES:.1f}"
    return Advice(
        text=f"{amount} WAVES: {kernel.subject} fills {percent(waves * 100)} of the SMs' room"
        f"{told}: split the work finer (smaller tiles, split-K), or fuse it with a neighbour."
    )


def ragged_tail(kernel: Measured) -> Advice | None:
    """A last wave that is part-filled, and weighs because there are few waves."""
    waves = kernel.reading.get(WAVES)
    if waves is None or not 1.0 <= waves < MANY_WAVES:
        return None
    full = waves / math.ceil(waves)
    if full >= TAIL:
        return None
    return Advice(
        text=f"{waves:.1f} WAVES: the last wave of {kernel.subject} is part-filled, so the SMs are "
        f"{percent(100 * full)} busy: choose tiles that make whole waves, or a persistent kernel.",
        gain=whole_gain(kernel.share, 1 - full),
    )


Rule = Callable[[Measured], Advice | None]

RULES: tuple[Rule, ...] = (
    *(memory_bound, cache_bound, compute_bound, latency_bound),
    *(tensor_idle, spilling, too_few_blocks, ragged_tail),
)


def launch_bound(traced: Sequence[TracedKernel]) -> list[tuple[float, Advice]]:
    """Return the advice on many short launches and the share of time that it is about."""
    launches = sum(kernel.launches for kernel in traced)
    short = [kernel for kernel in traced if kernel.launch_us < SHORT_US]
    share = sum(kernel.share for kernel in short)
    if launches < FEW_LAUNCHES or share < MUCH_IN_SHORT:
        return []
    text = (
        f"LAUNCH-BOUND: {launches} launches, {percent(100 * share)} of the time in kernels under "
        f"{SHORT_US:.0f} µs: fuse them, or fold them into the kernels around them."
    )
    return [(share, Advice(text=text))]


def whole_gain(share: float, saved: float) -> float:
    """Return the candidate's speedup, minus 1, if a kernel of `share` lost `saved` of its time."""
    left = 1.0 - min(0.99, max(0.0, share * saved))
    return 1.0 / left - 1.0
