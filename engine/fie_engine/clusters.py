"""Failures that are the same but for numbers and names, counted together."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from fie_engine.narrate_steering import first_line
from fie_engine.rows import CandidateRow, CandidateState
from fie_evaluator.results import Evaluation

LONGEST = 160
"Characters of a cluster's key."

EXAMPLES = 3

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One thing that went wrong."""

    error: str
    candidate: str = ""


def clusters(failures: Iterable[Failure]) -> list[Cluster]:
    """Group failures, oldest first, by what they have in common; the most frequent kind first."""
    found: dict[str, list[Failure]] = {}
    for failure in failures:
        found.setdefault(normalised(failure.error), []).append(failure)
    newest = {key: index for index, key in enumerate(found)}
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), newest[item[0]]))
    return [_cluster(key, members) for key, members in ranked]


def normalised(error: str) -> str:
    """Return an error without what differs from one failure of its kind to the next."""
    text = first_line(error)
    for pattern, stand_in in STRIPPED:
        text = pattern.sub(stand_in, text)
    return text.strip()[:LONGEST]


def failed(rows: Iterable[CandidateRow]) -> list[Failure]:
    """Return what the judge found wrong with candidates, in the order of the rows."""
    return [
        Failure(error=error_of(row.evaluation), candidate=row.candidate.id)
        for row in rows
        if row.state is CandidateState.FAILED and row.evaluation is not None
    ]


def error_of(evaluation: Evaluation) -> str:
    """Return why an evaluation failed: its status, and the first error that says something."""
    for result in evaluation.results:
        if result.error:
            return f"{result.status}: {telling_line(result.error)}"
    return f"{evaluation.status}: {telling_line(evaluation.error)}"


def telling_line(error: str) -> str:
    """Return the line of an error that says what is wrong: of a traceback its last."""
    if "Traceback (most recent call last)" not in error:
        return first_line(error)
    lines = [line for line in error.splitlines() if line.strip()]
    raised = [line for line in lines if re.match(r"[\w.]+(?:Error|Exception|Exit)\b", line)]
    return (raised or lines)[-1].strip()


def _cluster(key: str, members: list[Failure]) -> Cluster:
    named = [failure.candidate for failure in reversed(members) if failure.candidate]
    return Cluster(
        key=key,
        count=len(members),
        example=first_line(members[-1].error),
        candidates=tuple(named[:EXAMPLES]),
    )
