"""One number per evaluation, by a named rule."""

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fie_evaluator.errors import TrackError
from fie_evaluator.project.terms import OWN_SCORE
from fie_evaluator.results import Evaluation, WorkloadResult
from fie_evaluator.track import Track

Mean = Literal["geometric", "arithmetic"]
Against = Literal["reference", "baseline"]

NORMAL_95 = 1.96
"Standard deviations in the half of a normal 95 % interval."


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRule:
    """Which mean of the per-workload speedups is the score, and what they are measured against."""

    mean: Mean = "geometric"
    against: Against = "reference"
    label: str = ""
    "Whose figures the baseline's are; empty for the reference."
    own: str = ""
    "The name of the score that the judge itself gives; empty where it is a mean of speedups."

    @property
    def name(self) -> str:
        """The rule's name as every screen shows it."""
        if self.own:
            return self.own
        whose = f" ({self.label})" if self.label else ""
        return f"{self.mean} mean speedup vs {self.against}{whose}"

    def speedup(self, result: WorkloadResult) -> float:
        """Return one workload's speedup by this rule; 0.0 where a figure is missing."""
        known_ms = result.reference_ms if self.against == "reference" else result.baseline_ms
        return (known_ms or 0.0) / result.median_ms if result.median_ms else 0.0


def rule_for(track: Track, mean: Mean, against: Against) -> ScoreRule:
    """Return the rule for a track's scores; TrackError where the track has no baseline."""
    if track.project is not None:
        return ScoreRule(own=OWN_SCORE)
    if against == "reference":
        return ScoreRule(mean=mean)
    if track.baseline is None:
        raise TrackError(
            f"The track {track.name} has no stored baseline: score it against the reference."
        )
    return ScoreRule(mean=mean, against="baseline", label=track.baseline.label)


def score(evaluation: Evaluation, rule: ScoreRule) -> float:
    """Return the evaluation's score by `rule`: 0.0 unless every workload passed.

    Where it is not complete, each result counts for the workloads that it stands for.
    """
    if not evaluation.passed:
        return 0.0
    if evaluation.score is not None:
        return evaluation.score
    return mean_speedup(evaluation.results, rule, weighted=not evaluation.complete)


def mean_speedup(results: Sequence[WorkloadResult], rule: ScoreRule, *, weighted: bool) -> float:
    """Return the mean of the speedups; 0.0 if one is missing."""
    speedups = [rule.speedup(result) for result in results]
    if not speedups or min(speedups) <= 0.0:
        return 0.0
    weights = [result.weight if weighted else 1.0 for result in results]
    whole = sum(weights)
    if rule.mean == "arithmetic":
        return math.fsum(map(operator.mul, weights, speedups)) / whole
    return math.exp(math.fsum(map(operator.mul, weights, map(math.log, speedups))) / whole)


def relative_noise(evaluation: Evaluation) -> float:
    """Return the geometric score's relative half-interval, 95 %.

    That is what the medians' own spreads give, but no less than what one and the same
    kernel varies here from one judging to the next, where that was measured.
    """
    return max(noise_within(evaluation), noise_between(evaluation))


def noise_between(evaluation: Evaluation) -> float:
    """Return the half-interval, 95 %, of one kernel's score from one judging to the next.

    Zero where that was not measured.
    """
    return NORMAL_95 * (evaluation.noise_floor or 0.0)


def noise_within(evaluation: Evaluation) -> float:
    """Return the half-interval that follows from the medians' spreads alone, taken as independent.

    Where the evaluation is not complete, each spread counts as often as its median does.
    """
    spreads = [
        (result.weight, (result.spread_ms or 0.0) / result.median_ms)
        for result in evaluation.results
        if result.median_ms
    ]
    if not spreads:
        return 0.0
    weights = [1.0 if evaluation.complete else weight for weight, _ in spreads]
    parts = (weight * spread for weight, (_, spread) in zip(weights, spreads, strict=True))
    return math.hypot(*parts) / math.fsum(weights)


def limit_reached(evaluation: Evaluation) -> float | None:
    """Return the geometric mean share of the limit, 1.0 at it; None where no limit is known."""
    shares = [
        (1.0 if evaluation.complete else result.weight, result.limit_fraction)
        for result in evaluation.results
        if result.limit_fraction
    ]
    if not shares:
        return None
    logarithms = math.fsum(weight * math.log(share) for weight, share in shares)
    return math.exp(logarithms / math.fsum(weight for weight, _ in shares))
