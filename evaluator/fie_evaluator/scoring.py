"""One number per evaluation, by a named rule."""

import math
from dataclasses import dataclass
from typing import Literal

from fie_evaluator.results import Evaluation


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
    """Return the evaluation's score by `rule`: 0.0 unless every workload passed."""
    if not evaluation.passed or not evaluation.results:
        return 0.0
    speedups = [result.speedup or 0.0 for result in evaluation.results]
    if min(speedups) <= 0.0:
        return 0.0
    if rule.mean == "arithmetic":
        return sum(speedups) / len(speedups)
    return math.exp(sum(map(math.log, speedups)) / len(speedups))


def relative_noise(evaluation: Evaluation) -> float:
    """Return the geometric score's relative half-interval, from the medians' spreads."""
    parts = [
        (result.spread_ms or 0.0) / result.median_ms
        for result in evaluation.results
        if result.median_ms
    ]
    return math.sqrt(sum(part * part for part in parts)) / len(parts) if parts else 0.0
