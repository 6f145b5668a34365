"""Commands that tell the search where to go, as events."""

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.loop.search import Search
from fie_engine.steer.refusals import (
    Refused,
    known_candidate,
    open_island,
    require,
    usable_text,
)
from fie_engine.view.clusters import Cluster

CourseCommand = c.Hint | c.RemoveHint | c.Direct | c.AddConstraint | c.RemoveConstraint

MOST_WORDS = 20
"Hints, and constraints, that may stand at once."


def steer_course(command: CourseCommand, search: Search) -> e.Event:
    """Return the event that carries the command out; raises Refused."""
    why, who = command.reason, command.author
    steered = search.view.steered
    match command:
        case c.Hint():
            return _hinted(command, search)
        case c.RemoveHint(hint=number):
            standing = [hint.number for hint in steered.hints]
            require(number in standing, _none("hint", number, standing))
            return e.HintRemoved(hint=number, reason=why, author=who)
        case c.Direct():
            return _directed(command, search)
        case c.AddConstraint():
            return _constrained(command, search)
        case c.RemoveConstraint(constraint=number):
            standing = [demand.number for demand in steered.constraints]
            require(number in standing, _none("constraint", number, standing))
            return e.ConstraintRemoved(constraint=number, reason=why, author=who)


def _hinted(command: c.Hint, search: Search) -> e.Hinted:
    text = usable_text(command.text, "hint")
    if command.island is not None:
        open_island(search, command.island)
    if command.candidate:
        known_candidate(search, command.candidate)
    steered = search.view.steered
    where = (command.island, command.candidate)
    same = [hint for hint in steered.hints if (hint.island, hint.candidate) == where]
    repeated = next((hint.number for hint in same if hint.text == text), 0)
    require(not repeated, f"hint {repeated} says that already")
    require(len(steered.hints) < MOST_WORDS, f"{MOST_WORDS} hints stand: remove one first")
    return e.Hinted(
        hint=len(steered.all_hints) + 1,
        text=text,
        island=command.island,
        candidate=command.candidate,
        reason=command.reason,
        author=command.author,
    )


def _directed(command: c.Direct, search: Search) -> e.Directed:
    row = open_island(search, command.island)
    text = usable_text(command.text, "direction") if command.text.strip() else ""
    has = f"island {row.island} has that direction already"
    require(text != row.direction, has if text else f"island {row.island} has no direction")
    return e.Directed(
        island=row.island,
        text=text,
        previous=row.direction,
        reason=command.reason,
        author=command.author,
    )


def _constrained(command: c.AddConstraint, search: Search) -> e.ConstraintAdded:
    cluster = _cluster(command.cluster, search) if command.cluster else None
    words = command.text or (constraint_text(cluster) if cluster else "")
    text = usable_text(words, "constraint")
    standing = search.view.constraints
    repeated = next((demand.number for demand in standing if demand.text == text), 0)
    require(not repeated, f"constraint {repeated} says that already")
    require(len(standing) < MOST_WORDS, f"{MOST_WORDS} constraints stand: remove one first")
    return e.ConstraintAdded(
        constraint=len(search.view.steered.all_constraints) + 1,
        text=text,
        cluster=cluster.key if cluster else "",
        reason=command.reason,
        author=command.author,
    )


def constraint_text(cluster: Cluster) -> str:
    """Return the demand that ends a kind of failure."""
    return f"Avoid this failure, seen {cluster.count} times: {cluster.example[:400]}"


def _cluster(key: str, search: Search) -> Cluster:
    found = search.view.failed.cluster(key)
    if found is None:
        raise Refused("this run has no failures of that kind")
    return found


def _none(what: str, number: int, standing: list[int]) -> str:
    some = f"; there are {', '.join(map(str, standing))}" if standing else f"; no {what} stands"
    return f"this run has no {what} {number}{some}"
