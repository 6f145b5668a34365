"""Evaluations as a view keeps them: thousands of them have to fit in memory."""

from dataclasses import fields, replace
from functools import lru_cache
from operator import attrgetter
from typing import TypeVar

from fie_evaluator.results import Evaluation, Figure, Profile, WorkloadResult

T = TypeVar("T")

NAMES = tuple(field.name for field in fields(WorkloadResult))
SHARED = ("workload", "label", "reference_ms", "baseline_ms", "floor_ms", "bound")
"Equal in every evaluation of a run, or nearly."
every = attrgetter(*NAMES)

LONGEST_LOG = 2000
"Characters of a candidate's last words; the rest is in its folder."


def compacted(evaluation: Evaluation) -> Evaluation:
    """Return the evaluation without its samples, which the record keeps, and sharing equal parts.

    Names, references and floors are the same in every evaluation of a run.
    """
    return replace(
        evaluation,
        results=tuple(map(_compacted, evaluation.results)),
        rival=tuple(map(_compacted, evaluation.rival)),
        profile=evaluation.profile and _named_alike(evaluation.profile),
        environment=_same(evaluation.environment),
        device=_same(evaluation.device),
        timing=_same(evaluation.timing),
        log=evaluation.log[-LONGEST_LOG:],
    )


def _compacted(result: WorkloadResult) -> WorkloadResult:
    # A resume makes some hundred thousand of these: `replace` takes half as long again.
    values = dict(zip(NAMES, every(result), strict=True))
    for name in SHARED:
        values[name] = _same(values[name])
    values["samples_ms"] = ()
    return WorkloadResult(**values)


def _named_alike(profile: Profile) -> Profile:
    """Return the profile with names that it shares with all others: they are half of it."""
    figures = tuple(
        Figure(name=_same(one.name), value=one.value, unit=_same(one.unit), share=one.share)
        for one in profile.figures
    )
    return replace(profile, source=_same(profile.source), figures=figures)


@lru_cache(maxsize=4096, typed=True)
def _same(value: T) -> T:
    """Return the first of all values that equal this one."""
    return value
