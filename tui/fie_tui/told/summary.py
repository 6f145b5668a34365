"""What a run came to, as lines: header, table of workloads, improvements."""

from collections.abc import Iterator, Sequence

from fie_engine import events as e
from fie_engine.view.rows import CandidateRow
from fie_engine.view.run import RunView
from fie_evaluator.timing.telling import limit_told, score_told
from fie_tui.looks import figures
from fie_tui.told.costs import cost_lines
from fie_tui.told.replies import replies_lines


def header(created: e.RunCreated) -> Iterator[str]:
    """Yield the lines that say what is searched, on what, and what a score means."""
    yield " · ".join(
        part for part in (created.track, created.device, created.proposer, created.caveat) if part
    )
    yield f"  run       {created.run}"
    yield f"  track     {created.definition}: {created.why_track}"
    yield f"  timing    {created.timing}"
    yield f"  proposer  {created.why_proposer}"
    yield f"  score     {created.score_name}"
    if created.held_out:
        names = ", ".join(one.label for one in created.held_out)
        yield f"  held out  {names}: judged at the promotion only, never searched on"
    yield (
        f"  search    {created.iterations} iterations on {created.islands} islands, "
        f"rng seed {created.seed_rng}"
    )


def outcome(view: RunView) -> Iterator[str]:
    """Yield the closing lines: best against seed, each workload, each improvement."""
    yield f"{view.state}{f' ({view.reason})' if view.reason else ''}: {_counts(view)}"
    yield from cost_lines(view.money, view.last_at)
    yield from replies_lines(view)
    if view.best is None or view.created is None:
        yield "no candidate passed yet"
        return
    yield from _best_lines(view, view.best)
    tabled = _workload_table if view.best.unit else _metric_table
    yield from tabled(view.seed, view.best)
    if view.improvements:
        yield "improvements"
    for number, recorded in enumerate(view.improvements, 1):
        yield _improvement_line(view, number, recorded)


def _counts(view: RunView) -> str:
    spent = figures.duration(view.last_at - view.started_at)
    duels = f", {view.duels} timings in turns" if view.duels else ""
    return (
        f"{view.iterations} iterations, {view.evaluations} evaluations "
        f"({view.failures} failed){duels} in {spent}"
    )


def _best_lines(view: RunView, best: CandidateRow) -> Iterator[str]:
    score_name = view.created.score_name if view.created else ""
    yield f"best {best.candidate.id} {figures.of(best)} {score_name}"
    if view.seed is None or not view.seed.counts:
        return
    seed = figures.of(view.seed)
    if not best.unit:
        yield f"seed {view.seed.candidate.id} {seed}"
    else:
        times = best.score / view.seed.score
        yield f"seed {view.seed.candidate.id} {seed}; the best is {times:.2f} times as fast"


def _metric_table(seed: CandidateRow | None, best: CandidateRow) -> Iterator[str]:
    """Yield what a project's evaluator measured of the best, beside the seed's."""
    before = dict(seed.evaluation.metrics) if seed and seed.evaluation else {}
    rows: list[tuple[str, ...]] = [("metric", "seed", "best")]
    for name, value in best.evaluation.metrics if best.evaluation else ():
        rows.append((name, f"{before[name]:.5g}" if name in before else "–", f"{value:.5g}"))
    yield from table(rows)


def _workload_table(seed: CandidateRow | None, best: CandidateRow) -> Iterator[str]:
    of_seed = _latencies(seed)
    results = best.evaluation.results if best.evaluation else ()
    limited = any(result.limit_fraction is not None for result in results)
    head = ("workload", "seed", "best", "vs seed", "vs reference")
    rows: list[tuple[str, ...]] = [(*head, "of limit") if limited else head]
    for result in results:
        before = of_seed.get(result.workload)
        row = (
            result.label,
            figures.milliseconds(before),
            figures.milliseconds(result.median_ms),
            _ratio(before, result.median_ms),
            _ratio(result.reference_ms, result.median_ms),
        )
        rows.append((*row, limit_told(result) or "–") if limited else row)
    yield from table(rows)


def _latencies(row: CandidateRow | None) -> dict[str, float | None]:
    if row is None or row.evaluation is None:
        return {}
    return {result.workload: result.median_ms for result in row.evaluation.results}


def _ratio(before: float | None, after: float | None) -> str:
    return f"{before / after:.2f}x" if before and after else "–"


def _improvement_line(view: RunView, number: int, recorded: e.Recorded) -> str:
    improved = recorded.event
    assert isinstance(improved, e.Improved)
    row = view.candidates[improved.candidate]
    gain = figures.change(improved.score / improved.previous - 1) if improved.previous > 0 else ""
    score = score_told(improved.score, row.unit)
    return f"  {number:2d}  {improved.candidate}  {score:>8}  {gain:>7}  {row.candidate.note}"


def table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield rows in aligned columns: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  " + "  ".join(cells).rstrip()
