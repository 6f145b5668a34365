"""Which operators have paid in this run, read back from the notes of its candidates."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from fie_engine.model import Candidate, Origin
from fie_engine.propose.base import Judged
from fie_engine.propose.recipes.base import Step

GAIN = 1.02
"A child counts as better from this ratio to its parent on."
BETWEEN = " · "
OURS = frozenset({Origin.OPERATOR, Origin.TUNER, Origin.CROSSOVER})


def note_of(steps: Iterable[Step]) -> str:
    """Return the note that tells what was done and why, one line."""
    return BETWEEN.join(f"{step.label}: {step.reason}" for step in steps)


def labels_in(candidate: Candidate) -> list[str]:
    """Return the labels of the steps that made a candidate; none for other proposers' work."""
    if candidate.origin not in OURS:
        return []
    return [part.split(": ")[0] for part in candidate.note.split(BETWEEN)]


@dataclass(slots=True)
class Tally:
    """How often something was tried, and how it went; shared steps count in part."""

    tries: float = 0.0
    wins: float = 0.0
    failures: float = 0.0

    @property
    def rate(self) -> float:
        """Return a weight: 1 when untried, more if it pays, little if it fails."""
        return max(0.05, (1 + 3 * self.wins) / (1 + self.tries + 2 * self.failures))


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """The tallies of a run by operator, and by operator and place."""

    operators: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    labels: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def weight(self, operator: str, label: str | None = None) -> float:
        """Return how strongly to prefer an operator, or one place for it."""
        tally = self.operators.get(operator) if label is None else self.labels.get(label)
        return tally.rate if tally is not None else 1.0


def credit_of(history: Sequence[Judged]) -> Credit:
    """Count wins and failures over a run."""
    credit = Credit()
    scores = {item.candidate.id: item.score for item in history}
    for item in history:
        labels = labels_in(item.candidate)
        # A child of two has to beat both: what the better one had is no merit of a new step.
        before = max((scores.get(name, 0.0) for name in item.candidate.parents), default=0.0)
        for label in labels:
            share = 1 / len(labels)
            for tally in (credit.operators[label.split(", ")[0]], credit.labels[label]):
                tally.tries += share
                tally.wins += share * (before > 0 and item.score > before * GAIN)
                tally.failures += share * (item.score <= 0)
    return credit
