"""Commands that change an island, as events."""

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.loop.search import Search
from fie_engine.steer.refusals import (
    known_island,
    open_island,
    passed_candidate,
    require,
    require_another,
)

IslandCommand = c.Mute | c.Unmute | c.Retire | c.Reseed | c.Migrate


def steer_islands(command: IslandCommand, search: Search) -> e.Event:
    """Return the event that carries the command out; raises Refused."""
    why, who = command.reason, command.author
    match command:
        case c.Mute(island=island):
            require(not open_island(search, island).muted, f"island {island} is muted already")
            require_another(search, island)
            return e.Muted(island=island, reason=why, author=who)
        case c.Unmute(island=island):
            require(known_island(search, island).muted, f"island {island} is not muted")
            return e.Unmuted(island=island, reason=why, author=who)
        case c.Retire(island=island):
            require(not known_island(search, island).retired, f"island {island} is retired already")
            require_another(search, island)
            return e.IslandRetired(island=island, reason=why, author=who)
        case c.Reseed():
            return _reseeded(command, search)
        case c.Migrate():
            return _migrated(command, search)


def _reseeded(command: c.Reseed, search: Search) -> e.IslandReseeded:
    row = open_island(search, command.island)
    founder = command.candidate or search.view.seed_candidate
    passed_candidate(search, founder)
    leaving = search.population.removable(command.island, founder)
    require(bool(leaving), f"island {row.island} has nobody but {founder} and pinned candidates")
    return e.IslandReseeded(
        island=row.island,
        founder=founder,
        members=tuple(leaving),
        previous=row.founder,
        reason=command.reason,
        author=command.author,
    )


def _migrated(command: c.Migrate, search: Search) -> e.Migrated:
    named = [island for island in (command.source, command.target) if island is not None]
    for island in named:
        open_island(search, island)
    require(len(set(named)) == len(named), f"island {command.source} is its own target")
    require(search.ready, "there are no islands yet: the seed isn't judged")
    population = search.population
    moves = population.moves(command.source, command.target) if named else population.ring_moves()
    require(bool(moves), "nobody would migrate: the best of each is where it would go already")
    reason = command.reason or "asked for"
    return e.Migrated(moves=tuple(moves), reason=reason, author=command.author)
