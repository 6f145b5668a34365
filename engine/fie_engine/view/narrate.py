"""Events in words: the one place that says them."""

from typing import assert_never

from fie_engine import events as e
from fie_engine.events_duels import DuelEvent
from fie_engine.events_islands import IslandEvent
from fie_engine.events_models import ModelEvent
from fie_engine.events_steering import ControlEvent, CourseEvent
from fie_engine.view.narrate_money import money_words
from fie_engine.view.narrate_steering import because, control_words, course_words, first_line
from fie_engine.view.rows import LogLine
from fie_evaluator.results import Evaluation
from fie_evaluator.timing.telling import score_told

QUIET = (e.ProposalStarted, e.Proposed, e.EvaluationStarted, e.RetimingStarted, e.Evicted)
"Events that happen all the time and get no line in the log."

SearchEvent = (
    e.ProposalStarted
    | e.ProposalFailed
    | e.Proposed
    | e.EvaluationStarted
    | e.Evaluated
    | e.EvaluationLost
    | e.Improved
    | DuelEvent
    | IslandEvent
)


def is_quiet(event: e.Event) -> bool:
    """Whether an event gets no line: of a server that can't serve, the pause tells."""
    unserved = isinstance(event, e.ProposalFailed) and not event.spent and not event.mendable
    return unserved or isinstance(event, QUIET)


def narrate(recorded: e.Recorded) -> LogLine:
    """Return the event as one line."""
    event = recorded.event
    glyph, text, candidate = _words(event)
    timed = isinstance(event, e.Challenged | e.Retimed | e.RetimingDropped) and event.asked
    answers = timed or isinstance(event, e.PromotionRefused)
    return LogLine(
        seq=recorded.seq,
        at=recorded.at,
        glyph=glyph,
        text=text,
        candidate=candidate,
        asked=answers,
    )


def failure(evaluation: Evaluation) -> str:
    """Say in one line why an evaluation failed."""
    for result in evaluation.results:
        if result.error:
            return f"{result.status} at {result.label}: {first_line(result.error)}"
    return f"{evaluation.status}: {first_line(evaluation.error)}"


def _words(event: e.Event) -> tuple[str, str, str]:
    """Return glyph, text and candidate of an event."""
    match event:
        case e.RunCreated():
            return "▶", f"{event.run}: {event.track} on {event.device}, {event.proposer}", ""
        case e.EngineStarted():
            verb = "resumed" if event.resumed else "started"
            return "▶", f"engine {verb} as pid {event.pid} on {event.host}", ""
        case e.Extended():
            limit = f"{event.iterations} iterations in all from now on"
            return "▶", f"{limit}, early stopping counts anew", ""
        case e.EngineStopped():
            return "■", f"{event.state}: {event.reason}", ""
        case e.Finished():
            return "■", f"search finished: {event.reason}", ""
        case e.Noted():
            return ("!" if event.level == "warning" else "·"), event.text, ""
        case e.BudgetNeared() | e.StopSuggested():
            return money_words(event)
        case e.ModelLeftOut() | e.ModelBack():
            return _model_words(event)
        case _:
            return _search_words(event)


def _model_words(event: ModelEvent) -> tuple[str, str, str]:
    if isinstance(event, e.ModelBack):
        return "▶", f"{event.model} is asked again", ""
    why = first_line(event.reason)
    return "!", f"{event.model} is left out until its server answers: {why}", ""


def _search_words(event: SearchEvent | ControlEvent | CourseEvent) -> tuple[str, str, str]:
    match event:
        case e.ProposalStarted():
            return "·", f"island {event.island} asks for a child of {event.parent}", event.parent
        case e.ProposalFailed():
            after = "; the model is asked to put it right" if event.mendable else ""
            why = first_line(event.reason) + after
            reply = f" (#{event.proposal})" if event.model else ""
            return "✗", f"no child of {event.parent}{reply}: {why}", event.parent
        case e.Proposed():
            made = event.candidate
            return "·", f"{made.id} island {made.island}: {made.note}", made.id
        case e.EvaluationStarted():
            return "·", f"judging {event.candidate}", event.candidate
        case e.Evaluated():
            return _judged_words(event)
        case e.EvaluationLost():
            return "!", f"{event.candidate} queued again: {event.reason}", event.candidate
        case e.Improved():
            gain = f" (+{event.score / event.previous - 1:.1%})" if event.previous > 0 else ""
            value = score_told(event.score, event.unit)
            return "★", f"new best {event.candidate} {value}{gain}", event.candidate
        case (
            e.Challenged()
            | e.RetimingStarted()
            | e.Retimed()
            | e.RetimingLost()
            | e.RetimingDropped()
        ):
            return _duel_words(event)
        case e.IslandAdded() | e.Evicted() | e.Migrated() | e.TakenOver():
            return _island_words(event)
        case _:
            return _steering_words(event)


def _island_words(event: IslandEvent) -> tuple[str, str, str]:
    match event:
        case e.IslandAdded():
            return "⑂", f"island {event.island} founded by {event.founder}", event.founder
        case e.Evicted():
            names = ", ".join(f"{name} (island {island})" for name, island in event.members)
            return "·", f"left the population: {names}", ""
        case e.TakenOver():
            count = len({name for name, _ in event.members})
            where = f"{len(event.generations)} islands of {event.source}"
            return "⇄", f"took over {count} programs on {where}", ""
        case e.Migrated():
            moves = ", ".join(f"{name} {a}→{b}" for name, a, b in event.moves)
            return "⇄", f"migrated {moves}{because(event)}", ""
        case _:
            assert_never(event)


def _steering_words(event: ControlEvent | CourseEvent) -> tuple[str, str, str]:
    if isinstance(event, ControlEvent):
        return control_words(event)
    return course_words(event)


def _judged_words(event: e.Evaluated) -> tuple[str, str, str]:
    if not event.evaluation.passed:
        return "✗", f"{event.candidate} {failure(event.evaluation)}", event.candidate
    if event.evaluation.score is not None:
        cut = "" if event.evaluation.complete else " (below the cascade's threshold)"
        return "✓", f"{event.candidate} {score_told(event.score, '')}{cut}", event.candidate
    value = f"{event.score:.3f}x ±{event.noise:.1%}"
    if not event.evaluation.complete:
        value += f" (estimated from {len(event.evaluation.results)} workloads: cut short)"
    return "✓", f"{event.candidate} {value}", event.candidate


def _duel_words(event: DuelEvent) -> tuple[str, str, str]:
    name = event.candidate
    match event:
        case e.Challenged():
            by = f", by {event.author}" if event.author else ""
            told = f"{name} to be timed in turns with {event.rival}: {event.reason}{by}"
            return "·", told, name
        case e.RetimingStarted():
            return "·", f"timing {name} in turns with {event.rival}", name
        case e.Retimed(verdict="failed"):
            return "✗", f"{name} failed when timed again: {failure(event.evaluation)}", name
        case e.Retimed():
            return "⇆", f"{name} {_duel_figures(event)}", name
        case e.RetimingLost():
            return "!", f"{name} to be timed in turns once more: {event.reason}", name
        case e.RetimingDropped():
            return "·", f"{name} not timed in turns: {first_line(event.reason)}", name
        case _:
            assert_never(event)


def _duel_figures(event: e.Retimed) -> str:
    verdict = "no clear difference from" if event.verdict == "tie" else f"{event.verdict} than"
    return (
        f"{verdict} {event.rival} in turns: {event.score:.3f}x against {event.rival_score:.3f}x, "
        f"{event.ratio - 1:+.1%} ±{event.ratio_noise:.1%}"
    )
