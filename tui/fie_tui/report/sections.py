"""What a run came to, as sections that any kind of document can be made of."""

from collections.abc import Iterator
from dataclasses import dataclass

from fie_engine.view.kinship import lineage
from fie_engine.view.rows import CandidateRow
from fie_engine.view.run import RunView
from fie_evaluator.timing.telling import limit_told, readings, score_told
from fie_tui.looks import figures
from fie_tui.report.gaps import gaps
from fie_tui.report.parts import checklist_table, cost_section, course_section
from fie_tui.report.values import Section, Table
from fie_tui.told.history import History, Improvement

RETIMED = (
    "Scores are those of the moment. Whatever is timed in turns with another has the figures of "
    "those turns from then on, so the line falls where a best had been lucky; each gain is over "
    "the best of the same sitting."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A run's whole story."""

    title: str
    headline: str
    sections: tuple[Section, ...]
    view: RunView
    "What the trend is drawn from."


def account_of(history: History) -> Account:
    """Return the story of a run as far as its record goes."""
    sections = (
        _trend(history),
        _lineage(history.view),
        _workloads(history.view),
        _islands(history.view),
        checklist_table(history),
        course_section(history.view),
        cost_section(history.view),
        _environment(history.view),
        Section(title="What this report can't say", words=tuple(gaps(history))),
    )
    return Account(
        title=f"fie-tui run {history.run.name}",
        headline=_headline(history),
        sections=tuple(one for one in sections if one.says_something),
        view=history.view,
    )


def _headline(history: History) -> str:
    view = history.view
    took = figures.duration(view.last_at - view.started_at)
    told = f"{view.evaluations} candidates judged, {view.failures} failed, in {took}"
    if view.best is None:
        return f"No candidate passed yet: {told}. State: {history.state}."
    times = figures.versus_seed(view.best, view.seed)
    ahead = f" ({times})" if times else ""
    best = f"{view.best.candidate.id} is the best at {figures.of(view.best)}{ahead}"
    return f"{best}: {told}. State: {history.state}."


def _trend(history: History) -> Section:
    rows = [
        (
            str(step.evaluation),
            step.candidate,
            _score_then(step, history.view.candidates[step.candidate]),
            figures.change(step.score / step.previous - 1) if step.previous > 0 else "",
            step.note,
        )
        for step in history.improvements
    ]
    head = ("judged", "candidate", "score", "gain", "what was changed")
    acts = [f"after {mark.evaluation} judged: {mark.text}" for mark in history.view.marks]
    words = [f"What a person did: {'; '.join(acts)}."] if acts else []
    if any(history.view.candidates[step.candidate].turns for step in history.improvements):
        words.append(RETIMED)
    tables = (Table(head=head, rows=tuple(rows)),) if rows else ()
    return Section(title="Trend", words=tuple(words), tables=tables, trend=bool(history.view.trend))


def _score_then(step: Improvement, row: CandidateRow) -> str:
    return figures.score(step.score, row.noise, row.unit)


def _lineage(view: RunView) -> Section:
    line = lineage(view.candidates, view.best_candidate)
    head = ("generation", "candidate", "island", "made by", "score", "vs parent", "change")
    rows = tuple(_descent(row) for row in reversed(line))
    words = ("From the seed down to the best, each from the one above it.",) if rows else ()
    return Section(title="Lineage of the best", words=words, tables=(Table(head=head, rows=rows),))


def _descent(row: CandidateRow) -> tuple[str, ...]:
    made = row.candidate
    versus = "" if row.versus_parent is None else figures.change(row.versus_parent)
    noise = " (within the noise)" if row.within_noise else ""
    return (
        str(made.generation),
        made.id,
        str(made.island),
        made.model,
        figures.of(row) if row.counts else "–",
        versus + noise,
        made.note,
    )


def _workloads(view: RunView) -> Section:
    best, seed = view.best, view.seed
    if best is None or best.evaluation is None:
        return Section(title="Workloads")
    before = (
        {one.label: one.median_ms for one in seed.evaluation.results}
        if (seed and seed.evaluation)
        else {}
    )
    head = ("workload", "seed", "best", "vs seed", "vs reference", "of limit", "matched")
    rows = tuple(
        (
            one.label,
            figures.milliseconds(before.get(one.label)),
            figures.milliseconds(one.median_ms),
            _times(before.get(one.label), one.median_ms),
            _times(one.reference_ms, one.median_ms),
            limit_told(one) or "–",
            "–" if one.matched_ratio is None else f"{one.matched_ratio:.1%}",
        )
        for one in best.evaluation.results
    )
    measured = tuple((name, f"{value:.6g}") for name, value in best.evaluation.metrics)
    metrics = (Table(head=("metric", "best"), rows=measured),) if measured else ()
    words = (f"{best.candidate.id}: {figures.of(best)}{figures.estimate(best.evaluation)}",)
    return Section(
        title="Workloads",
        words=words,
        tables=(*([Table(head=head, rows=rows)] if rows else []), *metrics),
    )


def _times(before: float | None, after: float | None) -> str:
    return f"{before / after:.2f}x" if before and after else "–"


def _islands(view: RunView) -> Section:
    unit = view.best.unit if view.best else "x"
    head = ("island", "members", "best", "candidate", "mean", "judged since its best", "state")
    rows = tuple(
        (
            str(one.island),
            str(one.population),
            score_told(one.best, unit),
            one.best_candidate,
            score_told(one.mean, unit),
            str(one.stagnation),
            "retired" if one.retired else "muted" if one.muted else "",
        )
        for one in view.islands()
    )
    return Section(title="Islands", tables=(Table(head=head, rows=rows),))


def _environment(view: RunView) -> Section:
    return Section(
        title="Environment", tables=(Table(head=("what", "value"), rows=tuple(_terms(view))),)
    )


def _terms(view: RunView) -> Iterator[tuple[str, str]]:
    created = view.created
    if created is None:
        return
    yield "track", f"{created.track}: {created.why_track}"
    yield "definition", created.definition
    yield "device", created.device
    yield "timing", created.timing
    yield "score", created.score_name
    yield "proposer", f"{created.proposer}: {created.why_proposer}"
    yield "random seed", str(created.seed_rng)
    if view.engine is not None:
        yield "host", view.engine.host
    yield from ((name, version) for name, version in created.versions)
    conditions = view.best.evaluation.conditions if view.best and view.best.evaluation else None
    if conditions is not None:
        yield "while the best was timed", " · ".join(readings(conditions))
