"""What an official judging says beside what a search had found: luck, and workloads held out."""

from collections.abc import Sequence
from dataclasses import dataclass

from fie_evaluator.results import Evaluation
from fie_evaluator.scoring import ScoreRule, mean_speedup


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What a search had found of a kernel when it was chosen."""

    score: float
    noise: float
    "Relative half-width of the score's interval."
    draws: int
    "Evaluations that it was chosen among."
    held_out: tuple[str, ...] = ()
    "Workloads, by uuid, that the search never saw."


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Both beside each other."""

    drawn: Drawn
    searched: float
    "The official score over the workloads that the search saw."
    held_out: float | None
    "Over those that it didn't see; None where it saw all."
    labels: tuple[str, ...] = ()
    "What the workloads that were held out are called."

    @property
    def regression(self) -> float | None:
        """The official score over the found one, minus 1; None where either is missing."""
        if self.drawn.score <= 0 or self.searched <= 0:
            return None
        return self.searched / self.drawn.score - 1


def gate_of(evaluation: Evaluation, rule: ScoreRule, drawn: Drawn) -> Gate:
    """Return an official evaluation's scores, apart for what the search saw and what it didn't."""
    unseen = frozenset(drawn.held_out)
    seen = [result for result in evaluation.results if result.workload not in unseen]
    others = [result for result in evaluation.results if result.workload in unseen]
    whole = evaluation.score
    return Gate(
        drawn=drawn,
        searched=mean_speedup(seen, rule, weighted=False) if whole is None else whole,
        held_out=mean_speedup(others, rule, weighted=False) if others else None,
        labels=tuple(result.label for result in others),
    )


def gate_told(gate: Gate, unit: str = "×") -> Sequence[str]:
    """Return what the gate says, a sentence each."""
    told = []
    change = gate.regression
    if change is not None:
        drawn = gate.drawn
        found = f"the search found {drawn.score:.2f}{unit} among {drawn.draws} evaluations"
        told.append(f"{found}; officially {gate.searched:.2f}{unit}, {regression_told(gate)}")
    if gate.held_out is not None:
        names = ", ".join(gate.labels)
        told.append(f"held out: {gate.held_out:.2f}{unit} on {names}, which the search never saw")
    return told


def regression_told(gate: Gate) -> str:
    """Return the regression with what it means; empty where there is none to tell."""
    change = gate.regression
    if change is None:
        return ""
    if abs(change) <= gate.drawn.noise:
        return f"{change:+.1%} (within the noise)"
    return f"{change:+.1%}{' (the best of many draws is a lucky one)' if change < 0 else ''}"
