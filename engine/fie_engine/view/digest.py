"""What happened in a run between two moments, in figures and in the lines that matter."""

from dataclasses import dataclass, fields

from fie_engine import events as e
from fie_engine.money.cost import Cost
from fie_engine.view.rows import CandidateRow, LogLine
from fie_engine.view.run import RunView

ACTS = frozenset("¶⑂‖▶■▲⇄!")
"Signs of lines about islands, pauses, outages, hints and what else was done with the search."


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The difference between a run then and now."""

    events: int
    seconds: float
    "Between the newest event of each."
    judged: int
    failed: int
    bests: tuple[str, ...]
    "Candidates that became the run's best, oldest first."
    best_then: CandidateRow | None
    best_now: CandidateRow | None
    cost: Cost
    acts: tuple[LogLine, ...]
    "Oldest first."

    @property
    def gain(self) -> float | None:
        """The best's score over what it was, minus 1; None where either is missing."""
        then, now = self.best_then, self.best_now
        return now.score / then.score - 1 if then and now and then.score else None

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened that a person would ask about."""
        return not (self.judged or self.bests or self.acts)


def digest(before: RunView, now: RunView) -> Digest:
    """Return what happened after `before`, which is an earlier view of the same run."""
    crowned = (one.event for one in now.improvements if one.seq > before.last_seq)
    return Digest(
        events=now.last_seq - before.last_seq,
        seconds=now.last_at - before.last_at,
        judged=now.evaluations - before.evaluations,
        failed=now.failures - before.failures,
        bests=tuple(event.candidate for event in crowned if isinstance(event, e.Improved)),
        best_then=before.best,
        best_now=now.best,
        cost=_difference(now.money.total, before.money.total),
        acts=tuple(
            line
            for line in now.log
            if line.seq > before.last_seq and (line.asked or line.glyph in ACTS)
        ),
    )


def _difference(now: Cost, before: Cost) -> Cost:
    names = [field.name for field in fields(Cost)]
    return Cost(**{name: getattr(now, name) - getattr(before, name) for name in names})
