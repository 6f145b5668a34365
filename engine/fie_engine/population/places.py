"""What the record makes of the islands: who joins, who leaves, which of them take part."""

from collections.abc import Callable, Iterable, Mapping

from openevolve.database import Program

from fie_engine import events as e
from fie_engine.population.islands import Population
from fie_engine.view.rows import CandidateRow

MakeProgram = Callable[[str], Program]
"Returns a candidate as a member of a population."


class Places:
    """Lets events happen to the population; each returns the events that follow from it."""

    def __init__(
        self, population: Population, rows: Mapping[str, CandidateRow], make: MakeProgram
    ) -> None:
        self._population = population
        self._rows = rows
        self._make = make

    def join(self, name: str, island: int) -> list[e.Event]:
        """Let a candidate join an island, unless it is there."""
        if self._population.is_on(name, island):
            return []
        displaced = self._population.copy_to(name, island)
        if displaced is None:
            displaced = self._population.join(self._make(name), island)
        return _evicted(displaced)

    def found(self, index: int, founder: str) -> list[e.Event]:
        """Open an island with one candidate."""
        while len(self._population.islands) <= index:
            self._population.add_island()
        return self.join(founder, index)

    def migrate(self, moves: Iterable[tuple[str, int, int]]) -> list[e.Event]:
        """Copy candidates to other islands."""
        population = self._population
        displaced: list[tuple[str, int]] = []
        for name, _, target in moves:
            displaced += population.copy_to(name, target) or ()
        population.last_migration_generation = max(population.island_generations)
        return _evicted(displaced)

    def settle(self, event: e.Retimed) -> list[e.Event]:
        """Go by the figures of a timing in turns."""
        for name in (event.candidate, event.rival):
            if score := self._rows[name].score:
                self._population.rescore(name, score)
        return self._expel(event) if event.verdict == "failed" else []

    def steer(self, event: e.Event) -> list[e.Event]:
        """Carry out a person's act, if it is about members or islands."""
        population = self._population
        match event:
            case e.Pinned(candidate=name):
                population.pinned.add(name)
                return self.join(name, self._rows[name].candidate.island)
            case e.Unpinned(candidate=name):
                population.pinned.discard(name)
            case e.Muted(island=index):
                population.muted.add(index)
            case e.Unmuted(island=index):
                population.muted.discard(index)
            case e.IslandRetired(island=index):
                population.retired.add(index)
            case e.IslandReopened(island=index):
                population.retired.discard(index)
            case e.IslandReseeded(island=index, founder=founder, members=members):
                population.clear(index, members)
                return self.join(founder, index)
            case e.IslandRestored(island=index, members=members):
                return [event for name in members for event in self.join(name, index)]
        return []

    def _expel(self, event: e.Retimed) -> list[e.Event]:
        """Take out a candidate that turned out wrong; its rival takes an island left empty."""
        left = self._population.expel(event.candidate)
        empty = [island for _, island in left if not self._population.islands[island]]
        for island in empty:
            self.join(event.rival, island)
        home = self._rows[event.rival].candidate.island
        moves = tuple((event.rival, home, island) for island in empty)
        moved: list[e.Event] = [e.Migrated(moves=moves)] if moves else []
        return [*_evicted(left), *moved] if left else []


def _evicted(members: Iterable[tuple[str, int]]) -> list[e.Event]:
    left = tuple(members)
    return [e.Evicted(members=left)] if left else []
