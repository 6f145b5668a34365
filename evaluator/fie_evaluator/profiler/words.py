"""How our own advice says what limits a kernel and what to try."""

from fie_evaluator.profiler.metrics import (
    ACHIEVED,
    DYNAMIC_SHARED,
    REGISTERS,
    STATIC_SHARED,
    THEORETICAL,
    WAVES,
    Reading,
)

MAIN_STALL = 0.3
"Share of a warp's waiting from which its reason is named."

REMEDIES = {
    "registers": "use smaller tiles or more warps per block",
    "shared memory": "use fewer stages or smaller tiles",
    "warps": "occupancy is not what is missing: give each thread more independent work",
    "blocks": "use larger blocks",
    "barriers": "use larger blocks or fewer barriers",
}
WAITS = {
    "long scoreboard": "for global memory: load earlier, with more stages or wider loads",
    "short scoreboard": "for shared memory or special functions: avoid bank conflicts and exp",
    "barrier": "at barriers: make the warps' work even, or synchronise less",
    "wait": "for fixed latencies: unroll, so that instructions are independent",
    "math pipe throttle": "for busy arithmetic pipes: use fewer or cheaper instructions",
    "mio throttle": "for the shared-memory queue: use fewer, wider accesses",
    "lg throttle": "for the global-memory queue: use fewer, wider accesses",
    "no instruction": "for instructions: the kernel is too short, or its code too large",
    "imc miss": "for constants: the kernel is too short to warm the constant cache",
    "gmma": "for the tensor cores: keep more products in flight",
    "not selected": "for their turn: the schedulers are busy",
    "membar": "at memory fences: use fewer or narrower ones",
    "drain": "for their last stores: write less, or in wider pieces",
    "sleeping": "asleep: poll less",
}


def percent(value: float) -> str:
    """Return a percentage as the sentences write it."""
    return f"{value:.0f} %"


def of_possible(achieved: float, possible: float) -> str:
    """Return an occupancy beside what is possible; a sample above that is rounding."""
    return f"{percent(min(achieved, possible))} of {percent(possible)}"


def limited(reading: Reading) -> str:
    """Say what limits the occupancy, and how much of that a block takes."""
    told = [_limit(reading, limit) for limit in reading.limits]
    return f", limited by {' and '.join(told)}" if told else ""


def _limit(reading: Reading, limit: str) -> str:
    registers = reading.get(REGISTERS)
    if limit == "registers" and registers is not None:
        return f"registers ({registers:.0f})"
    if limit == "shared memory":
        shared = sum(reading.get(metric) or 0.0 for metric in (STATIC_SHARED, DYNAMIC_SHARED))
        return f"shared memory ({shared:,.0f} B)"
    return limit


def occupancy(reading: Reading) -> str:
    """Say how many warps run of those that could, in brackets; empty where not measured."""
    achieved, possible = reading.get(ACHIEVED), reading.get(THEORETICAL)
    if achieved is None or possible is None:
        return ""
    return f" (occupancy {of_possible(achieved, possible)}{limited(reading)})"


def main_stall(reading: Reading) -> str:
    """Say what warps wait for most; empty where nothing stands out."""
    if not reading.stalls or reading.stalls[0].share < MAIN_STALL:
        return ""
    stall = reading.stalls[0]
    wait = WAITS.get(stall.reason, f"({stall.reason})")
    return f"; its warps spend {percent(100 * stall.share)} of their cycles waiting {wait}"


def remedy(reading: Reading) -> str:
    """Say what would let more blocks run on an SM; empty where that is of no use."""
    if reading.get(WAVES) is None or (reading.get(WAVES) or 0.0) < 1.0:
        # More room on an SM is no use to blocks that don't exist.
        return ""
    told = [REMEDIES[limit] for limit in reading.limits if limit in REMEDIES]
    return f"; {told[0]}" if told else ""
