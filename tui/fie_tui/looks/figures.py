"""Numbers as the board writes them: a measured one never without its noise."""

import time

from fie_engine.view.rows import CandidateRow
from fie_evaluator.results import Evaluation
from fie_evaluator.timing.telling import score_told


def score(value: float, noise: float, unit: str = "x") -> str:
    """Return a speedup with its half-interval, both to the same decimals; without unit, bare."""
    if not unit:
        return score_told(value, unit)
    decimals = 3 if value < 10 else 2
    return f"{value:.{decimals}f}x ±{value * noise:.{decimals}f}"


def of(row: CandidateRow) -> str:
    """Return a candidate's score as it is shown everywhere."""
    return score(row.score, row.noise, row.unit)


def estimate(evaluation: Evaluation) -> str:
    """Return what a score lacks that stands for workloads which were left out; else nothing."""
    if not evaluation.complete and evaluation.score is not None:
        return " (below the cascade's threshold)"
    count = len(evaluation.results)
    return "" if evaluation.complete else f" (estimated from {count} workloads)"


def limit(reached: float | None) -> str:
    """Return how much of the device's limit is reached; empty where no limit is known."""
    return "" if reached is None else f"{reached:.0%} of limit"


def turns(row: CandidateRow) -> str:
    """Return what timing a candidate in turns with another said; empty where it never was."""
    told = row.turns
    if told is None:
        return ""
    if told.verdict == "failed":
        return (
            f"timed again beside {told.against}: it failed, {row.first_score:.3f}x no more counts"
        )
    verdict = "no clear difference" if told.verdict == "tie" else told.verdict
    return (
        f"timed in turns with {told.against}: {told.ratio - 1:+.1%} ±{told.noise:.1%}, {verdict}; "
        f"at first {score(row.first_score, row.first_noise)}"
    )


def change(fraction: float) -> str:
    """Return a relative change; large ones as a factor, since percents mislead there."""
    if fraction >= 1.0:
        return f"×{1 + fraction:.1f}"
    return f"{fraction:+.1%}"


def versus_seed(best: CandidateRow | None, seed: CandidateRow | None) -> str:
    """Return how many times as fast as the seed the best is; empty when unknown."""
    if best is None or seed is None or not seed.score or best is seed:
        return ""
    if not best.unit:
        return f"{change(best.score / seed.score - 1)} vs seed" if seed.score > 0 else ""
    return f"{best.score / seed.score:.1f}× seed"


def duration(seconds: float) -> str:
    """Return a time span in its two largest units."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    if whole < 86400:
        return f"{whole // 3600}h{whole % 3600 // 60:02d}m"
    return f"{whole // 86400}d{whole % 86400 // 3600:02d}h"


def clock_time(at: float) -> str:
    """Return the local time of day."""
    return time.strftime("%H:%M:%S", time.localtime(at))


def milliseconds(value: float | None) -> str:
    """Return a latency in a readable unit."""
    if value is None:
        return "–"
    if value >= 1000:
        return f"{value / 1000:.2f} s"
    return f"{value:.3g} ms" if value >= 1 else f"{value * 1000:.3g} µs"


def quantity(value: float, unit: str) -> str:
    """Return a figure with its unit, to three significant digits."""
    number = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{number} {unit}".rstrip()
