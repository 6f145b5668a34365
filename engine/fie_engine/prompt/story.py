"""What was tried and what came of it, in the words of a prompt: a family's story and the run's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fie_engine.prompt.parts import (
    LONGEST_ERROR,
    LONGEST_NOTE,
    one_line,
    reason_of,
    score_text,
)
from fie_engine.propose.base import Ask
from fie_engine.view.clusters import error_of, normalised
from fie_engine.view.rows import CandidateRow, CandidateState

MOST_ALIKE = 4
"Failures of one kind that are named, the nearest and newest."
MOST_FAILURES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Something that was tried; what failed alike is one."""

    kind: str
    "What the failures have in common; empty for what passed."
    text: str


def attempts_of(ask: Ask, most: int) -> tuple[str, ...]:
    """Return what was tried from the parent, then from its ancestors; one kind of failure once."""
    return tuple(attempt.text for attempt in _attempts(ask)[:most])


def failures_of(ask: Ask, most: int) -> tuple[str, ...]:
    """Return the kinds of failures in the whole run that so many attempts don't tell."""
    known = {attempt.kind for attempt in _attempts(ask)[:most]}
    others = [kind for kind in ask.told.failures if kind.key not in known]
    return tuple(
        f"- {_times(kind.count)}: {one_line(kind.example, LONGEST_ERROR)}"
        for kind in others[:MOST_FAILURES]
    )


def _attempts(ask: Ask) -> list[Attempt]:
    line = {row.candidate.id: row for row in ask.told.line}
    judged = [row for row in ask.told.tried if row.evaluation is not None]
    kinds: dict[str, list[CandidateRow]] = {}
    for row in judged:
        kinds.setdefault(_kind(row) or row.candidate.id, []).append(row)
    told = [Attempt(kind=_kind(alike[0]), text=_attempt(alike, line)) for alike in kinds.values()]
    return [*_unusable(ask.refused), *told]


def guidance_text(ask: Ask) -> str:
    """Return what a person says about this child."""
    told = ask.told
    direction = one_line(told.direction, LONGEST_ERROR * 3)
    aimed = [f"- The direction of this part of the search: {direction}"] if direction else []
    return "\n".join([*aimed, *(f"- {one_line(hint, LONGEST_ERROR * 3)}" for hint in told.hints)])


def _kind(row: CandidateRow) -> str:
    """Return what a failure has in common with others; empty where there was none."""
    if row.state is not CandidateState.FAILED or row.evaluation is None:
        return ""
    return normalised(error_of(row.evaluation))


def _attempt(alike: list[CandidateRow], line: Mapping[str, CandidateRow]) -> str:
    first = alike[0]
    assert first.evaluation is not None
    if len(alike) > 1:
        named = "; ".join(map(_called, alike[:MOST_ALIKE]))
        more = f"; and {len(alike) - MOST_ALIKE} more" if len(alike) > MOST_ALIKE else ""
        return f"- {len(alike)} FAILED alike, {reason_of(first.evaluation)}. {named}{more}"
    if first.state is CandidateState.FAILED:
        return f"- {_called(first)}: FAILED, {reason_of(first.evaluation)}"
    before = line[first.candidate.parents[0]].score
    verdict = "faster" if first.score > before else "not faster"
    unsure = ", within the noise" if first.within_noise else ""
    scores = f"{before:.3f} -> {score_text(first.evaluation, first.score)}"
    return f"- {_called(first)}: {verdict}{unsure}, {scores}"


def _called(row: CandidateRow) -> str:
    note = one_line(row.candidate.note, LONGEST_NOTE) or "no note"
    return f"{row.candidate.id} from {row.candidate.parents[0]}, {note}"


def _unusable(reasons: Iterable[str]) -> list[Attempt]:
    kinds: dict[str, list[str]] = {}
    for reason in reasons:
        kinds.setdefault(normalised(reason), []).append(one_line(reason, LONGEST_ERROR))
    return [
        Attempt(kind=kind, text=f"- {_answers(len(alike))} could not be used: {alike[0]}")
        for kind, alike in kinds.items()
    ]


def _answers(count: int) -> str:
    return "an answer" if count == 1 else f"{count} answers"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
