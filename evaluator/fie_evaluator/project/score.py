"""What a project's metrics come to: OpenEvolve's rules for a score and for a cascade."""

import math
from collections.abc import Iterable, Mapping

from fie_evaluator.project.terms import OWN_SCORE


def own_score(metrics: Mapping[str, float], features: Iterable[str] = ()) -> float:
    """Return combined_score, or else the mean of the metrics that are no axes of the grid."""
    if OWN_SCORE in metrics:
        return metrics[OWN_SCORE]
    axes = set(features)
    counted = [value for name, value in metrics.items() if name not in axes] or [*metrics.values()]
    return math.fsum(counted) / len(counted) if counted else 0.0


def leads_on(metrics: Mapping[str, float], threshold: float) -> bool:
    """Whether a stage's metrics are good enough for the next stage."""
    if OWN_SCORE in metrics:
        return metrics[OWN_SCORE] >= threshold
    counted = [value for name, value in metrics.items() if name != "error"]
    return bool(counted) and math.fsum(counted) / len(counted) >= threshold


def objection(
    metrics: Mapping[str, float], remarks: Mapping[str, str], features: Iterable[str]
) -> str:
    """Return why these metrics mean that the program failed; empty where they don't.

    A word of error beside a positive combined_score is no failure: some tests may have passed.
    """
    told = remarks.get("error", "")
    if told and metrics.get(OWN_SCORE, 0.0) <= 0.0:
        return told
    if OWN_SCORE in remarks:
        return f"{OWN_SCORE} is {remarks[OWN_SCORE]}, not a finite number"
    if not metrics or set(metrics) == {"error"}:
        return "the evaluator returned no metrics"
    missing = [name for name in features if name not in metrics]
    if missing:
        return f"the metrics lack {', '.join(missing)}, named in database.feature_dimensions"
    return ""
