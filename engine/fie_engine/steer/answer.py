"""A person's commands: which events they become, or why they are refused."""

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.loop.search import Search
from fie_engine.model import RunState
from fie_engine.steer.course import CourseCommand, steer_course
from fie_engine.steer.islands import IslandCommand, steer_islands
from fie_engine.steer.redo import redo
from fie_engine.steer.refusals import known_candidate, passed_candidate, require, require_state
from fie_engine.steer.undo import undo

ControlCommand = c.Pause | c.Resume | c.Pin | c.Unpin | c.Fork | c.Undo | c.Redo
Steering = ControlCommand | CourseCommand | IslandCommand
"Commands that only change the record; the others need work done."


def steer(command: Steering, search: Search) -> tuple[e.Event, ...]:
    """Return the events that carry the command out; raises Refused."""
    if isinstance(command, CourseCommand):
        return (steer_course(command, search),)
    if isinstance(command, IslandCommand):
        return (steer_islands(command, search),)
    return _control(command, search)


def _control(command: ControlCommand, search: Search) -> tuple[e.Event, ...]:
    why, who = command.reason, command.author
    match command:
        case c.Pause():
            if not search.view.waiting_for:
                require_state(search.view, RunState.RUNNING)
            return (e.Paused(reason=why, author=who),)
        case c.Resume():
            require_state(search.view, RunState.PAUSED, but=", not paused")
            return (e.Resumed(reason=why, author=who),)
        case c.Pin(candidate=name):
            require(not passed_candidate(search, name).pinned, f"{name} is pinned already")
            return (e.Pinned(candidate=name, reason=why, author=who),)
        case c.Unpin(candidate=name):
            require(known_candidate(search, name).pinned, f"{name} is not pinned")
            return (e.Unpinned(candidate=name, reason=why, author=who),)
        case c.Fork(candidate=name):
            passed_candidate(search, name)
            return _fork(command, len(search.population.islands))
        case c.Undo():
            return undo(search, who)
        case c.Redo():
            return redo(search, who)


def _fork(command: c.Fork, island: int) -> tuple[e.Event, ...]:
    name, why, who = command.candidate, command.reason, command.author
    return (
        e.IslandAdded(island=island, founder=name, reason=why or "fork"),
        e.Forked(candidate=name, island=island, reason=why, author=who),
    )


def challenge(command: c.Retime, search: Search) -> e.Challenged:
    """Return the challenge that a person asks for; raises Refused.

    The best is always the one that is challenged, whoever was named first.
    """
    best = search.view.best_candidate
    names = (command.candidate, command.rival or best)
    for name in names:
        passed_candidate(search, name)
    require(names[0] != names[1], f"{names[0]} can't be timed in turns with itself")
    candidate, rival = reversed(names) if names[0] == best else names
    return e.Challenged(
        candidate=candidate,
        rival=rival,
        reason=command.reason or "asked for",
        asked=True,
        author=command.author,
    )
