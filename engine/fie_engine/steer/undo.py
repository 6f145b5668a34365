"""The events that take a person's act back."""

from typing import TypedDict, assert_never

from fie_engine import events as e
from fie_engine.loop.search import Search
from fie_engine.steer.acts import Undoable
from fie_engine.steer.refusals import require, require_another

NOTHING = "there is nothing to take back"


class Signature(TypedDict):
    """What every event that takes something back carries."""

    reason: str
    author: str
    undoes: int


def undo(search: Search, author: str) -> tuple[e.Event, ...]:
    """Return the events that take back the newest act that still stands; raises Refused."""
    require(bool(search.acts.standing), NOTHING)
    newest = search.acts.standing[-1]
    act = newest.event
    assert isinstance(act, Undoable)
    signed = Signature(reason="undo", author=author, undoes=newest.seq)
    match act:
        case e.Pinned(candidate=name):
            return (e.Unpinned(candidate=name, **signed),)
        case e.Unpinned(candidate=name):
            return (e.Pinned(candidate=name, **signed),)
        case e.Forked(island=island):
            require_another(search, island)
            return (e.IslandRetired(island=island, **signed),)
        case e.SettingChanged(name=name, value=value, previous=previous):
            return (e.SettingChanged(name=name, value=previous, previous=value, **signed),)
        case e.Hinted() | e.HintRemoved() | e.ConstraintAdded() | e.ConstraintRemoved():
            return (_words_taken_back(act, search, signed),)
        case _:
            return (_island_taken_back(act, search, signed),)


def _words_taken_back(
    act: e.Hinted | e.HintRemoved | e.ConstraintAdded | e.ConstraintRemoved,
    search: Search,
    signed: Signature,
) -> e.Event:
    steered = search.view.steered
    match act:
        case e.Hinted(hint=number):
            return e.HintRemoved(hint=number, **signed)
        case e.HintRemoved(hint=number):
            hint = steered.all_hints[number]
            return e.Hinted(
                hint=number,
                text=hint.text,
                island=hint.island,
                candidate=hint.candidate,
                **signed,
            )
        case e.ConstraintAdded(constraint=number):
            return e.ConstraintRemoved(constraint=number, **signed)
        case e.ConstraintRemoved(constraint=number):
            demand = steered.all_constraints[number]
            return e.ConstraintAdded(
                constraint=number, text=demand.text, cluster=demand.cluster, **signed
            )
        case _:
            assert_never(act)


def _island_taken_back(
    act: e.Directed | e.Muted | e.Unmuted | e.IslandRetired | e.IslandReseeded,
    search: Search,
    signed: Signature,
) -> e.Event:
    island = act.island
    match act:
        case e.Directed(text=text, previous=previous):
            return e.Directed(island=island, text=previous, previous=text, **signed)
        case e.Muted():
            return e.Unmuted(island=island, **signed)
        case e.Unmuted():
            require_another(search, island)
            return e.Muted(island=island, **signed)
        case e.IslandRetired():
            return e.IslandReopened(island=island, **signed)
        case e.IslandReseeded(previous=founder, members=members):
            return e.IslandRestored(island=island, founder=founder, members=members, **signed)
        case _:
            assert_never(act)
