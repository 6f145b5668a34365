"""Evaluations as a view keeps them: thousands of them have to fit in memory."""

from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from fie_evaluator.results import Evaluation, WorkloadResult

T = TypeVar("T")

LONGEST_LOG = 2000
"Characters of a candidate's last words; the rest is in its folder."


def compacted(evaluation: Evaluation) -> Evaluation:
    """Return the evaluation without its samples, which the record keeps, and sharing equal parts.

    Names, references and floors are the same in every evaluation of a run.
    """
    return replace(
        evaluation,
        results=tuple(map(_compacted, evaluation.results)),
        rival=tuple(map(_compacted, evaluation.rival)),
        environment=_same(evaluation.environment),
        device=_same(evaluation.device),
        timing=_same(evaluation.timing),
        log=evaluation.log[-LONGEST_LOG:],
    )


def _compacted(result: WorkloadResult) -> WorkloadResult:
    return replace(
        result,
        workload=_same(result.workload),
        label=_same(result.label),
        samples_ms=(),
        reference_ms=_same(result.reference_ms),
        baseline_ms=_same(result.baseline_ms),
        floor_ms=_same(result.floor_ms),
        bound=_same(result.bound),
    )


@lru_cache(maxsize=4096, typed=True)
def _same(value: T) -> T:
    """Return the first of all values that equal this one."""
    return value
