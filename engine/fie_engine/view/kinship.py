"""A candidate beside its parent: workload by workload, and back to the seed."""

from collections.abc import Mapping
from dataclasses import dataclass

from fie_engine.view.rows import CandidateRow
from fie_evaluator.results import WorkloadResult
from fie_evaluator.scoring import NORMAL_95


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadChange:
    """One workload of a candidate and what became of it since its parent."""

    label: str
    result: WorkloadResult | None
    "None where an early exit skipped it."
    speedup: float | None
    noise: float
    "Relative half-width of the speedup's interval; 0 where not measured."
    change: float | None
    "Speedup over the parent's, minus 1; None where either is missing."
    change_noise: float
    """Relative half-width of the change's interval; 0 where not measured. No less than what one
    kernel's score varies by between two processes, where that is known."""

    @property
    def within_noise(self) -> bool:
        """Whether the change is no larger than its noise."""
        return self.change is not None and abs(self.change) <= self.change_noise


def workload_changes(
    row: CandidateRow, parent: CandidateRow | None, seed: CandidateRow | None
) -> list[WorkloadChange]:
    """Return every workload of the run in the track's order; the seed knows them all.

    Where the two were timed in turns, the parent's figures are those of their turns.
    """
    own, before = _by_label(row), _by_label(parent)
    if parent is not None and row.turns is not None and row.turns.others:
        if row.turns.against == parent.candidate.id:
            before = {result.label: result for result in row.turns.others}
    least = NORMAL_95 * ((row.evaluation and row.evaluation.noise_floor) or 0.0)
    labels = list(dict.fromkeys((*_by_label(seed), *before, *own)))
    return [_change(label, own.get(label), before.get(label), least) for label in labels]


def lineage(candidates: Mapping[str, CandidateRow], name: str) -> list[CandidateRow]:
    """Return the candidate and its first parents, newest first."""
    line: dict[str, CandidateRow] = {}
    row = candidates.get(name)
    while row is not None and row.candidate.id not in line:
        line[row.candidate.id] = row
        parents = row.candidate.parents
        row = candidates.get(parents[0]) if parents else None
    return list(line.values())


def children(candidates: Mapping[str, CandidateRow], name: str) -> list[CandidateRow]:
    """Return the candidates that were derived from one, oldest first."""
    return [row for row in candidates.values() if row.candidate.parents[:1] == (name,)]


def parent_of(candidates: Mapping[str, CandidateRow], row: CandidateRow) -> CandidateRow | None:
    """Return the candidate that `row` was derived from, if there is one."""
    parents = row.candidate.parents
    return candidates.get(parents[0]) if parents else None


def _by_label(row: CandidateRow | None) -> dict[str, WorkloadResult]:
    if row is None or row.evaluation is None:
        return {}
    return {result.label: result for result in row.evaluation.results}


def _change(
    label: str, result: WorkloadResult | None, before: WorkloadResult | None, least: float
) -> WorkloadChange:
    speedup = result.speedup if result else None
    previous = before.speedup if before else None
    comparable = speedup is not None and previous
    return WorkloadChange(
        label=label,
        result=result,
        speedup=speedup,
        noise=_noise(result),
        change=speedup / previous - 1 if comparable and speedup and previous else None,
        change_noise=max(least, _noise(result) + _noise(before)) if comparable else 0.0,
    )


def _noise(result: WorkloadResult | None) -> float:
    if result is None or not result.median_ms:
        return 0.0
    return (result.spread_ms or 0.0) / result.median_ms
