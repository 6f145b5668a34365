"""A candidate beside its parent: workload by workload, and back to the seed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fie_engine.view.rows import CandidateRow, Turns
from fie_evaluator.results import WorkloadResult
from fie_evaluator.scoring import noise_between


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
    own, before = _by_label(_results(row)), _by_label(_beside(row, parent))
    least = noise_between(row.evaluation) if row.evaluation else 0.0
    labels = list(dict.fromkeys((*_by_label(_results(seed)), *before, *own)))
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


def versus_parent(
    candidates: Mapping[str, CandidateRow],
    row: CandidateRow,
    score: float,
    noise: float,
    turns: Turns | None = None,
) -> dict[str, float | None]:
    """Return a new score's gain on the parent, and the half-width of its interval.

    Where the parent is the other side of these turns it is theirs; else each had a sitting.
    """
    parent = parent_of(candidates, row)
    if parent is None or not parent.score or not score:
        return {"versus_parent": None, "change_noise": None}
    if turns is not None and turns.against == parent.candidate.id:
        return {"versus_parent": turns.ratio - 1, "change_noise": turns.noise}
    change = score / parent.score - 1
    return {
        "versus_parent": change if parent.score > 0 else -change,
        "change_noise": math.hypot(noise, parent.noise),
    }


def _beside(row: CandidateRow, parent: CandidateRow | None) -> Sequence[WorkloadResult]:
    """Return what the parent's workloads took, in the row's own sitting if it had one there."""
    turns = row.turns
    if turns is not None and parent is not None and turns.against == parent.candidate.id:
        return turns.others or _results(parent)
    return _results(parent)


def _results(row: CandidateRow | None) -> Sequence[WorkloadResult]:
    return row.evaluation.results if row is not None and row.evaluation is not None else ()


def _by_label(results: Sequence[WorkloadResult]) -> dict[str, WorkloadResult]:
    return {result.label: result for result in results}


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
