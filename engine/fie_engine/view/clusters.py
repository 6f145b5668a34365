"""Failures that are the same but for numbers and names, counted together."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fie_engine.view.narrate_steering import first_line
from fie_engine.view.rows import CandidateRow, CandidateState
from fie_evaluator.results import Evaluation, Status

LONGEST = 160
"Characters of a cluster's key."

LONGEST_EXAMPLE = 500
"Characters of an error that are looked at: a hostile one may go on."

EXAMPLES = 3
PLACES = 4
NEWEST = 64
"How many of a cluster's failures are placed along the run."

STRIPPED = (
    (re.compile(r"""(["'`])(?:(?!\1).)*\1"""), "‹name›"),
    (re.compile(r"(?:[\w.~-]*/)+[\w.-]+"), "‹file›"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b"), "‹n›"),
    (re.compile(r"\[[\d\s,x×]*\]|\([\d\s,]+\)"), "‹shape›"),
    (re.compile(r"\bc\d{4,}\b"), "‹name›"),
    (re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?%?"), "‹n›"),
    (re.compile(r"\s+"), " "),
)
"What tells two failures of one kind apart, and what stands in for it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Failures of one kind."""

    key: str
    "The error without its numbers, names and places; the same for all of them."
    count: int
    example: str
    "The newest one's error, one line, hostile text."
    candidates: tuple[str, ...]
    "The newest of them, newest first; none where no candidate came of an ask."
    number: int = 0
    "By the order of their first failures, from 1; it stays the same."
    places: tuple[str, ...] = ()
    "Workloads on which they failed, the newest first."
    at: float = 0.0
    "Unix time of the newest, seconds."
    seen: tuple[int, ...] = ()
    "How many evaluations there were at each of the newest, oldest first."


class FailureTally:
    """Groups failures, as they come, by what they have in common."""

    def __init__(self) -> None:
        self._found: dict[str, Cluster] = {}

    def add(
        self,
        error: str,
        candidate: str = "",
        *,
        place: str = "",
        at: float = 0.0,
        evaluations: int = 0,
    ) -> None:
        """Count one thing that went wrong: with its candidate, workload and moment, if known."""
        key = normalised(error)
        before = self._found.get(key)
        known = before.candidates if before else ()
        places = before.places if before else ()
        self._found[key] = Cluster(
            key=key,
            count=before.count + 1 if before else 1,
            example=first_line(error)[:LONGEST_EXAMPLE],
            candidates=((candidate, *known) if candidate else known)[:EXAMPLES],
            number=before.number if before else len(self._found) + 1,
            places=tuple(dict.fromkeys((place, *places) if place else places))[:PLACES],
            at=at,
            seen=(*(before.seen if before else ()), evaluations)[-NEWEST:],
        )

    def clusters(self) -> list[Cluster]:
        """Return the kinds of failures, the most frequent first, of equals the older."""
        return sorted(self._found.values(), key=lambda cluster: -cluster.count)

    def cluster(self, key: str) -> Cluster | None:
        """Return the kind with that key."""
        return self._found.get(key)


def clusters(rows: Iterable[CandidateRow]) -> list[Cluster]:
    """Return the kinds of failures among candidates, in the order of `FailureTally`."""
    tally = FailureTally()
    for row in rows:
        if row.state is CandidateState.FAILED and row.evaluation is not None:
            tally.add(error_of(row.evaluation), row.candidate.id)
    return tally.clusters()


def normalised(error: str) -> str:
    """Return an error without what differs from one failure of its kind to the next."""
    text = first_line(error)[:LONGEST_EXAMPLE]
    for pattern, stand_in in STRIPPED:
        text = pattern.sub(stand_in, text)
    return text.strip()[:LONGEST]


def error_of(evaluation: Evaluation) -> str:
    """Return why an evaluation failed: its status, and the first error that says something."""
    for result in evaluation.results:
        if result.error:
            return f"{result.status}: {telling_line(result.error)}"
    return f"{evaluation.status}: {telling_line(evaluation.error)}"


def place_of(evaluation: Evaluation) -> str:
    """Return the workload on which an evaluation failed; empty where it was none."""
    failed = (one.label for one in evaluation.results if one.status is not Status.PASSED)
    return next(failed, "")


def telling_line(error: str) -> str:
    """Return the line of an error that says what is wrong: of a traceback its last."""
    if "Traceback (most recent call last)" not in error:
        return first_line(error)
    lines = [line for line in error.splitlines() if line.strip()]
    raised = [line for line in lines if re.match(r"[\w.]+(?:Error|Exception|Exit)\b", line)]
    return (raised or lines)[-1].strip()
