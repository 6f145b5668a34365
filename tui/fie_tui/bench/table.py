"""A benchmark in lines: each kernel's workloads, then how the kernels compare."""

from collections.abc import Iterator, Sequence

from fie_evaluator.results import Conditions, WorkloadResult
from fie_tui.bench.outcome import Bout, Entry
from fie_tui.looks import figures
from fie_tui.told.summary import table

UNKNOWN = "–"


def header(bout: Bout) -> Iterator[str]:
    """Yield what is judged, on what, by which clock and with which settings."""
    track = bout.track
    yield " · ".join(part for part in (track.name, track.device_label, track.caveat) if part)
    yield f"  track     {track.definition}: {track.why}"
    yield f"  timing    {track.timing}"
    yield f"  score     {bout.rule.name}"
    yield f"  settings  {bout.settings_told}"


def kernel_lines(entry: Entry, bout: Bout) -> Iterator[str]:
    """Yield one kernel's workloads, and what must be known of them."""
    yield f"{entry.contestant.name} ({entry.contestant.language}): {entry.verdict}"
    evaluation = entry.evaluation
    if evaluation is None:
        return
    yield from _workloads(evaluation.results, bout)
    if not any(result.error for result in evaluation.results):
        yield from (f"  {line}" for line in evaluation.error.splitlines())
    for result in evaluation.results:
        yield from (f"  {result.label}: {line}" for line in result.error.splitlines())
    if evaluation.rival:
        yield from _rival(evaluation.results, evaluation.rival)
    if evaluation.conditions is not None:
        yield f"  {conditions(evaluation.conditions)}"


def comparison(bout: Bout) -> Iterator[str]:
    """Yield the ranking by the score."""
    ranked = bout.ranked
    yield f"comparison by {bout.rule.name}"
    rows = [("kernel", "rank", "passed", "latency", "score", "vs first", "status")]
    for entry in ranked:
        in_order = bout.rank(entry)
        rows.append(
            (
                entry.contestant.name,
                str(in_order) if in_order else UNKNOWN,
                f"{entry.passed}/{bout.expected(entry)}",
                figures.milliseconds(entry.latency_ms),
                figures.score(entry.score, entry.noise) if in_order else UNKNOWN,
                bout.versus_first(entry),
                entry.status,
            )
        )
    yield from table(rows)
    yield "  latency is the sum of the workloads' medians; = means within both intervals"


def conditions(seen: Conditions) -> str:
    """Return the GPU's state while a kernel was timed, in one line."""
    low, middle, high = seen.sm_clock_mhz
    parts = [
        f"GPU at {middle} MHz ({low}–{high}), {seen.power_w:.0f} W, {seen.temperature_c} °C",
        f"throttled by {', '.join(seen.throttled)}" if seen.throttled else "not throttled",
    ]
    if seen.other_processes:
        parts.append(f"{seen.other_processes} other processes on it")
    return "; ".join(parts)


def _workloads(results: Sequence[WorkloadResult], bout: Bout) -> Iterator[str]:
    against = bout.rule.against
    titles = ("workload", "status", "median", "±", against, "speedup", "of limit", "matched")
    rows: list[tuple[str, ...]] = [(*titles, "margin")]
    for result in results:
        known_ms = result.reference_ms if against == "reference" else result.baseline_ms
        speedup = bout.rule.speedup(result)
        rows.append(
            (
                result.label,
                result.status.value,
                figures.milliseconds(result.median_ms),
                figures.milliseconds(result.spread_ms),
                figures.milliseconds(known_ms),
                _times(speedup),
                f"{_percent(result.limit_fraction, 0)} {result.bound}".rstrip(),
                _percent(result.matched_ratio, 2),
                _percent(bout.margin(result), 2, sign="+"),
            )
        )
    if results:
        yield from table(rows)


def _rival(results: Sequence[WorkloadResult], rivals: Sequence[WorkloadResult]) -> Iterator[str]:
    yield "  in turns with the rival"
    of_rival = {result.workload: result.median_ms for result in rivals}
    rows = [("workload", "median", "rival", "rival/this")]
    for result in results:
        rival_ms = of_rival.get(result.workload)
        ratio = rival_ms / result.median_ms if rival_ms and result.median_ms else None
        rows.append(
            (
                result.label,
                figures.milliseconds(result.median_ms),
                figures.milliseconds(rival_ms),
                f"{ratio:.3f}x" if ratio else UNKNOWN,
            )
        )
    yield from table(rows)


def _times(speedup: float) -> str:
    """Return a speedup to two decimals, or to two digits where that would hide it."""
    if not speedup:
        return UNKNOWN
    return f"{speedup:.2f}x" if speedup >= 0.1 else f"{speedup:.2g}x"


def _percent(fraction: float | None, decimals: int, sign: str = "") -> str:
    return UNKNOWN if fraction is None else f"{fraction:{sign}.{decimals}%}"
