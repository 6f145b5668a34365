"""When two candidates are too close to call, and what timing them in turns says.

A score is compared with the best's by the joint noise of both: the root of the sum of their
squared relative half-intervals. More than `margin` joint noises above the best is a new best;
more than one below is none; whatever lies between is timed again, in turns with the best.
The upper margin is wider since the best of many noisy figures is the luckiest one, too.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from fie_engine import events as e
from fie_engine.view.kinship import versus_parent
from fie_engine.view.rows import CandidateRow, CandidateState, Turns
from fie_evaluator.results import Evaluation, Status, WorkloadResult
from fie_evaluator.scoring import (
    ScoreRule,
    mean_speedup,
    noise_between,
    noise_within,
    relative_noise,
)

Standing = Literal["better", "close", "worse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retiming:
    """When a candidate is timed again beside the best."""

    enabled: bool = True
    margin: float = 2.0
    "Joint noises above the best from which a candidate is a new best without it; at least 1."


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A score and the relative half-width of its interval."""

    score: float
    noise: float


def measure(evaluation: Evaluation, score: float) -> Measure:
    """Return an evaluation's score with its noise, none where it failed."""
    noise = relative_noise(evaluation) if evaluation.passed else 0.0
    return Measure(score=score, noise=noise)


def measure_of(row: CandidateRow) -> Measure:
    """Return a candidate's figures of now."""
    return Measure(score=row.score, noise=row.noise)


def standing(found: Measure, best: CandidateRow | None, retiming: Retiming) -> Standing:
    """Return how a score compares with the best's; anything is better than none."""
    if best is None:
        return "better"
    if not best.score:
        return "better" if found.score > 0 else "worse"
    joint = math.hypot(found.noise, best.noise)
    margin = retiming.margin if retiming.enabled else 1.0
    if found.score > best.score * (1 + margin * joint):
        return "better"
    if retiming.enabled and found.score >= best.score * (1 - joint):
        return "close"
    return "worse"


def retimed(
    candidate: str, rival: str, evaluation: Evaluation, rule: ScoreRule
) -> e.Retimed | e.RetimingDropped:
    """Return what timing a candidate in turns with its rival came to."""
    if not evaluation.passed:
        return e.Retimed(candidate=candidate, rival=rival, evaluation=evaluation, verdict="failed")
    own = mean_speedup(evaluation.results, rule, weighted=False)
    others = mean_speedup(evaluation.rival, rule, weighted=False)
    if not own or not others or not _same_workloads(evaluation):
        return e.RetimingDropped(candidate=candidate, reason=_no_figures(rival, evaluation))
    rivals = replace(evaluation, results=evaluation.rival)
    ratio = own / others
    ratio_noise = _ratio_noise(evaluation, rivals)
    return e.Retimed(
        candidate=candidate,
        rival=rival,
        evaluation=evaluation,
        verdict=_verdict(ratio, ratio_noise),
        score=own,
        noise=measure(evaluation, own).noise,
        rival_score=others,
        rival_noise=measure(rivals, others).noise,
        ratio=ratio,
        ratio_noise=ratio_noise,
    )


def concluded(
    event: e.Retimed | e.RetimingDropped,
    row: CandidateRow,
    best: CandidateRow,
    challenged: e.Challenged | None,
) -> tuple[e.Event, ...]:
    """Return the events of a challenge's end, with a new best if it made one clear."""
    event = replace(event, asked=challenged is not None and challenged.asked)
    crowning = new_best(event, row, best)
    return (event, crowning) if crowning else (event,)


def new_best(
    event: e.Retimed | e.RetimingDropped, row: CandidateRow, best: CandidateRow
) -> e.Improved | None:
    """Return the new best that the end of a challenge makes, if it makes one clear."""
    name = event.candidate
    match event:
        case e.Retimed(verdict="failed"):
            return None
        case e.Retimed(rival=rival) if rival == best.candidate.id:
            won = event.verdict == "faster"
            return improved(name, event.score, event.rival_score) if won else None
        case e.Retimed():
            found = Measure(score=event.score, noise=event.noise)
        case e.RetimingDropped():
            found = measure_of(row)
            if row.is_estimate:
                return None
    # They never met in one sitting, so the intervals of both have to be clear.
    if row.champion or standing(found, best, Retiming(enabled=False)) != "better":
        return None
    return improved(name, found.score, best.score)


def improved(candidate: str, score: float, previous: float, unit: str = "x") -> e.Improved:
    """Return the event of a new best."""
    return e.Improved(candidate=candidate, score=score, previous=previous, unit=unit)


def settlements(
    event: e.Retimed, candidates: Mapping[str, CandidateRow]
) -> dict[str, dict[str, Any]]:
    """Return what a timing in turns changes in the rows of the two candidates."""
    row, rival = candidates[event.candidate], candidates[event.rival]
    turns, theirs = _sides(event)
    if event.verdict == "failed":
        wrong = {"state": CandidateState.FAILED, "evaluation": event.evaluation, "turns": turns}
        return {event.candidate: wrong | {"score": 0.0, "noise": 0.0, "versus_parent": None}}
    assert row.evaluation is not None and rival.evaluation is not None
    profile = event.evaluation.profile or row.evaluation.profile
    return {
        event.candidate: {
            "evaluation": replace(event.evaluation, profile=profile, rival=()),
            "score": event.score,
            "noise": event.noise,
            **versus_parent(candidates, row, event.score, event.noise, turns),
            "turns": turns,
        },
        event.rival: {
            "evaluation": replace(rival.evaluation, results=event.evaluation.rival),
            "score": event.rival_score,
            "noise": event.rival_noise,
            **versus_parent(candidates, rival, event.rival_score, event.rival_noise, theirs),
            "turns": theirs,
        },
    }


def _sides(event: e.Retimed) -> tuple[Turns, Turns]:
    """Return what the turns said of the candidate, and of its rival."""
    mirrored = {"faster": "slower", "slower": "faster"}.get(event.verdict, event.verdict)
    own = Turns(
        against=event.rival,
        ratio=event.ratio,
        noise=event.ratio_noise,
        verdict=event.verdict,
        others=event.evaluation.rival,
    )
    theirs = Turns(
        against=event.candidate,
        ratio=1 / event.ratio if event.ratio else 0.0,
        noise=event.ratio_noise,
        verdict=mirrored,
        others=event.evaluation.results,
    )
    return own, theirs


def _ratio_noise(own: Evaluation, rival: Evaluation) -> float:
    """Return the ratio's relative half-interval.

    One sitting leaves no drift between the two, but each ran in a process of its own: so it is
    no less than what one kernel varies from one process to the next, where that was measured.
    """
    within = math.hypot(noise_within(own), noise_within(rival))
    return max(within, noise_between(own))


def _same_workloads(evaluation: Evaluation) -> bool:
    own = [result.workload for result in evaluation.results]
    return own == [result.workload for result in evaluation.rival]


def _verdict(ratio: float, noise: float) -> Literal["faster", "slower", "tie"]:
    if ratio > 1 + noise:
        return "faster"
    # The same test with the two in each other's place.
    return "slower" if 1 / ratio > 1 + noise else "tie"


def _no_figures(rival: str, evaluation: Evaluation) -> str:
    wrong = next((_told(one) for one in evaluation.rival if one.status is not Status.PASSED), "")
    return f"the judge gave no figures of {rival} beside it{': ' if wrong else ''}{wrong}"


def _told(result: WorkloadResult) -> str:
    return f"{result.status} at {result.label}"
