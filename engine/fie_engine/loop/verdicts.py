"""What an evaluation, or a timing in turns, brings about in a search."""

from fie_engine import events as e
from fie_engine.loop.duels import (
    concluded,
    improved,
    measure,
    measure_of,
    retimed,
    standing,
)
from fie_engine.loop.search import Search
from fie_evaluator.results import Evaluation
from fie_evaluator.scoring import score


def verdict(search: Search, candidate: str, evaluation: Evaluation) -> tuple[e.Event, ...]:
    """Return an evaluation's events: Evaluated, and a new best or a challenge to the best."""
    found = measure(evaluation, score(evaluation, search.terms.score_rule))
    judged = e.Evaluated(
        candidate=candidate, evaluation=evaluation, score=found.score, noise=found.noise
    )
    if not evaluation.passed or not evaluation.complete:
        return (judged,)
    best = search.view.best
    match standing(found, best, search.terms.retiming):
        case "better":
            before = best.score if best else 0.0
            return judged, improved(candidate, found.score, before, evaluation.unit)
        case "close":
            assert best is not None
            rival, why = best.candidate.id, "too close to the best to call"
            return judged, e.Challenged(candidate=candidate, rival=rival, reason=why)
        case "worse":
            return (judged,)


def rival_of(search: Search, challenged: e.Challenged) -> str:
    """Return whom a challenger meets now; empty when that became pointless."""
    best = search.view.best
    assert best is not None
    if challenged.asked:
        return challenged.rival
    found = measure_of(search.view.candidates[challenged.candidate])
    if standing(found, best, search.terms.retiming) == "worse":
        return ""
    return best.candidate.id


def outcome(
    search: Search, candidate: str, rival: str, evaluation: Evaluation
) -> tuple[e.Event, ...]:
    """Return the events of a timing in turns, with a new best if it made one clear."""
    return _concluded(search, retimed(candidate, rival, evaluation, search.terms.score_rule))


def dropped(search: Search, candidate: str, reason: str) -> tuple[e.Event, ...]:
    """Return the events of a challenge that is given up."""
    return _concluded(search, e.RetimingDropped(candidate=candidate, reason=reason))


def _concluded(search: Search, event: e.Retimed | e.RetimingDropped) -> tuple[e.Event, ...]:
    row, best = search.view.candidates[event.candidate], search.view.best
    assert best is not None
    return concluded(event, row, best, search.view.challenges.get(event.candidate))


def founding(search: Search, seed: str) -> tuple[e.Event, ...]:
    """Return the events that open the run's islands with its seed."""
    return tuple(
        e.IslandAdded(island=island, founder=seed, reason="start")
        for island in range(search.terms.islands)
    )
