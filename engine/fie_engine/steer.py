"""A person's commands: which events they become, or why they are refused."""

from typing import assert_never

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.model import RunState
from fie_engine.rows import CandidateRow, CandidateState
from fie_engine.search import Search
from fie_evaluator.errors import FieError


class Refused(FieError):
    """The command can't be carried out now; the message says why."""


Steering = c.Pause | c.Resume | c.Pin | c.Unpin | c.Fork | c.Undo
"Commands that only change the record; the others need work done."


def steer(command: Steering, search: Search) -> tuple[e.Event, ...]:
    """Return the events that carry the command out; raises Refused."""
    view = search.view
    match command:
        case c.Pause(reason=reason):
            _require(view.state is RunState.RUNNING, f"the run is {view.state}")
            return (e.Paused(reason=reason),)
        case c.Resume(reason=reason):
            _require(view.state is RunState.PAUSED, f"the run is {view.state}, not paused")
            return (e.Resumed(reason=reason),)
        case c.Pin(candidate=name, reason=reason):
            row = _passed(search, name)
            _require(not row.pinned, f"{name} is pinned already")
            return (e.Pinned(candidate=name, reason=reason),)
        case c.Unpin(candidate=name, reason=reason):
            row = _known(search, name)
            _require(row.pinned, f"{name} is not pinned")
            return (e.Unpinned(candidate=name, reason=reason),)
        case c.Fork(candidate=name, reason=reason):
            _passed(search, name)
            return _fork(name, len(search.population.islands), reason)
        case c.Undo():
            return _undo(search)
        case _:
            assert_never(command)


def _fork(name: str, island: int, reason: str) -> tuple[e.Event, ...]:
    return (
        e.IslandAdded(island=island, founder=name, reason=reason or "fork"),
        e.Forked(candidate=name, island=island, reason=reason),
    )


def _undo(search: Search) -> tuple[e.Event, ...]:
    _require(bool(search.acts), "there is no pin or fork to take back")
    newest = search.acts[-1]
    match newest.event:
        case e.Pinned(candidate=name):
            return (e.Unpinned(candidate=name, reason="undo", undoes=newest.seq),)
        case e.Unpinned(candidate=name):
            return (e.Pinned(candidate=name, reason="undo", undoes=newest.seq),)
        case e.Forked(island=island):
            return (e.IslandRetired(island=island, reason="undo", undoes=newest.seq),)
        case _:
            raise Refused(f"{type(newest.event).__name__} can't be taken back")


def challenge(command: c.Retime, search: Search) -> e.Challenged:
    """Return the challenge that a person asks for; raises Refused.

    The best is always the one that is challenged, whoever was named first.
    """
    best = search.view.best_candidate
    names = (command.candidate, command.rival or best)
    for name in names:
        _passed(search, name)
    _require(names[0] != names[1], f"{names[0]} can't be timed in turns with itself")
    candidate, rival = reversed(names) if names[0] == best else names
    return e.Challenged(
        candidate=candidate, rival=rival, reason=command.reason or "asked for", asked=True
    )


def passed_candidate(search: Search, name: str) -> CandidateRow:
    """Return a candidate that passed; raises Refused for any other name."""
    return _passed(search, name)


def _known(search: Search, name: str) -> CandidateRow:
    row = search.view.candidates.get(name)
    if row is None:
        raise Refused(f"this run has no candidate {name}")
    return row


def _passed(search: Search, name: str) -> CandidateRow:
    row = _known(search, name)
    _require(row.state is CandidateState.PASSED, f"{name} is {row.state}, only a passed one can be")
    return row


def _require(condition: bool, otherwise: str) -> None:
    if not condition:
        raise Refused(otherwise)
