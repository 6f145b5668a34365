"""What a prompt tells beside kernels: a family's story, the run's failures, a person's words."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from fie_engine.model import Candidate
from fie_engine.view.clusters import Cluster
from fie_engine.view.rows import CandidateRow
from fie_engine.view.run import RunView

LONGEST_LINE = 12
"Ancestors whose children a prompt may tell of."
MOST_TRIED = 60
MOST_FAILURES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known around a parent when a child is asked for; of anything else, nothing."""

    line: tuple[CandidateRow, ...] = ()
    "The parent and its first parents, nearest first."
    tried: tuple[CandidateRow, ...] = ()
    "Their other children that have a verdict: the parent's first, of each the newest first."
    failures: tuple[Cluster, ...] = ()
    "What went wrong in the whole run, by kind, the most frequent first."
    hints: tuple[str, ...] = ()
    "A person's, as far as they reach this child."
    direction: str = ""
    "Where a person sends the child's island."
    demands: tuple[str, ...] = ()
    "What a person demands of every child."


class Offspring:
    """Who was derived from whom, as far as there are verdicts."""

    def __init__(self) -> None:
        self._children: defaultdict[str, list[str]] = defaultdict(list)

    def enter(self, candidate: Candidate) -> None:
        """Take in a candidate that got its verdict."""
        if candidate.parents:
            self._children[candidate.parents[0]].append(candidate.id)

    def newest_of(self, parent: str) -> list[str]:
        """Return a candidate's judged children, newest first."""
        return self._children[parent][::-1] if parent in self._children else []


def told_of(view: RunView, offspring: Offspring, island: int, parent: str) -> Told:
    """Return what a prompt for a child of `parent` on `island` may tell."""
    line = _line(view.candidates, parent)
    return Told(
        line=tuple(line.values()),
        tried=_tried(view.candidates, offspring, line),
        failures=tuple(view.failed.clusters()[:MOST_FAILURES]),
        hints=tuple(hint.text for hint in view.hints if hint.reaches(island, parent)),
        direction=view.steered.directions.get(island, ""),
        demands=tuple(constraint.text for constraint in view.constraints),
    )


def _line(rows: Mapping[str, CandidateRow], name: str) -> dict[str, CandidateRow]:
    line: dict[str, CandidateRow] = {}
    while name in rows and name not in line and len(line) < LONGEST_LINE:
        line[name] = rows[name]
        name = next(iter(rows[name].candidate.parents), "")
    return line


def _tried(
    rows: Mapping[str, CandidateRow], offspring: Offspring, line: Mapping[str, CandidateRow]
) -> tuple[CandidateRow, ...]:
    children = chain.from_iterable(map(offspring.newest_of, line))
    return tuple(rows[name] for name in children if name not in line)[:MOST_TRIED]
