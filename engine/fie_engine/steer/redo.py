"""The event that does an act again that was taken back."""

from dataclasses import replace

from fie_engine import events as e
from fie_engine.loop.search import Search
from fie_engine.steer.acts import Undoable
from fie_engine.steer.refusals import require, require_another

NOTHING = "there is nothing to do again: nothing was taken back, or another act came since"


def redo(search: Search, author: str) -> tuple[e.Event, ...]:
    """Return the events that do the act again that was taken back last; raises Refused."""
    require(bool(search.acts.undone), NOTHING)
    newest = search.acts.undone[-1]
    act = newest.event
    assert isinstance(act, Undoable)
    match act:
        case e.Forked(island=island):
            return (
                e.IslandReopened(island=island, reason="redo", author=author, redoes=newest.seq),
            )
        case e.Muted(island=island) | e.IslandRetired(island=island):
            require_another(search, island)
        case e.IslandReseeded(island=island, founder=founder):
            # Others may have joined the island since it was restored.
            act = replace(act, members=tuple(search.population.removable(island, founder)))
    return (replace(act, reason="redo", author=author, undoes=0, redoes=newest.seq),)
