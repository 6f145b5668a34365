"""One number per evaluation, by a named rule."""

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fie_evaluator.results import Evaluation, WorkloadResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRule:
    """Which mean of the per-workload speedups is the score."""

    mean: Literal["geometric", "arithmetic"] = "geometric"
    against: Literal["reference"] = "reference"

    @property
    def name(self) -> str:
        """The rule's name as every screen shows it."""
        return f"{self.mean} mean speedup vs {self.against}"


def score(evaluation: Evaluation, rule: ScoreRule) -> float:
    """Return the evaluation's score by `rule`: 0.0 unless every workload passed.

    Where it is not complete, each result counts for the workloads that it stands for.
    """
    if not evaluation.passed:
        return 0.0
    return mean_speedup(evaluation.results, rule, weighted=not evaluation.complete)


def mean_speedup(results: Sequence[WorkloadResult], rule: ScoreRule, *, weighted: bool) -> float:
    """Return the mean of the speedups; 0.0 if one is missing."""
    speedups = [result.speedup or 0.0 for result in results]
    if not speedups or min(speedups) <= 0.0:
        return 0.0
    weights = [result.weight if weighted else 1.0 for result in results]
    whole = sum(weights)
    if rule.mean == "arithmetic":
        return math.fsum(map(operator.mul, weights, speedups)) / whole
    return math.exp(math.fsum(map(operator.mul, weights, map(math.log, speedups))) / whole)


def relative_noise(evaluation: Evaluation) -> float:
    """Return the geometric score's relative half-interval, from the medians' spreads."""
    parts = [
        (result.spread_ms or 0.0) / result.median_ms
        for result in evaluation.results
        if result.median_ms
    ]
    return math.sqrt(sum(part * part for part in parts)) / len(parts) if parts else 0.0
