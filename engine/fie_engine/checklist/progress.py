"""The optimisation checklist of a definition's family, and how far a kernel has come with it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import Path

from fie_engine.checklist.found import Found
from fie_engine.checklist.tests import TESTS, StepState
from fie_engine.checklist.walk import walk
from fie_engine.prompt.brief import ENTRY_POINT

FILE = Path(__file__).parent / "checklists.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that makes kernels of a family fast."""

    id: str
    title: str
    test: str
    "The function that looks for it."
    advice: str
    "What to do about it, for a model."
    needs_gpu: bool = True
    "Whether a CPU can't do it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """A family's steps."""

    definitions: str
    "A pattern of the definitions' names."
    roles: Mapping[str, str]
    "What a parameter of the entry point is to the tests."
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How far a kernel has come with one step."""

    step: Step
    state: StepState
    reason: str
    "One line; may hold words of a hostile kernel."


@cache
def checklists() -> tuple[Checklist, ...]:
    """Return every family's checklist."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Checklist(
            definitions=one["definitions"],
            roles=one["roles"],
            steps=tuple(Step(**step) for step in one["steps"]),
        )
        for one in told["checklist"]
    )


def checklist_of(definition: str) -> Checklist | None:
    """Return the checklist of a definition's family; None where there is none."""
    matching = (one for one in checklists() if fnmatchcase(definition, one.definitions))
    return next(matching, None)


def findings(definition: str, source: str) -> tuple[Finding, ...]:
    """Return how far a kernel has come with each step; nothing for a family without steps."""
    checklist = checklist_of(definition)
    return () if checklist is None else _findings(checklist.definitions, source)


def steps_done(definition: str, source: str) -> tuple[str, ...]:
    """Return the steps that a kernel's text shows to be done."""
    found = findings(definition, source)
    return tuple(one.step.id for one in found if one.state is StepState.DONE)


@lru_cache(maxsize=256)
def _findings(definitions: str, source: str) -> tuple[Finding, ...]:
    checklist = next(one for one in checklists() if one.definitions == definitions)
    try:
        found = walk(source, ENTRY_POINT, checklist.roles)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _unread(checklist, "the kernel's text can't be read")
    if found.foreign and not found.products:
        return _unread(checklist, "code in another language is not read")
    return tuple(_finding(step, found) for step in checklist.steps)


def _finding(step: Step, found: Found) -> Finding:
    state, reason = TESTS[step.test](found)
    return Finding(step=step, state=state, reason=reason)


def _unread(checklist: Checklist, reason: str) -> tuple[Finding, ...]:
    return tuple(
        Finding(step=step, state=StepState.UNKNOWN, reason=reason) for step in checklist.steps
    )
