"""What a RunView gathers of its islands."""

from collections.abc import Iterable, Mapping

from fie_engine import events as e
from fie_engine.steer.steered import Steered
from fie_engine.view.rows import CandidateRow, IslandRow
from fie_engine.view.tally import IslandTally

Rows = Mapping[str, CandidateRow]


class Archipelago:
    """Folds what happens to islands: who is on which, and how their bests rose."""

    def __init__(self) -> None:
        self._islands: dict[int, IslandTally] = {}

    def apply(self, event: e.Event, candidates: Rows) -> None:
        """Take in an event."""
        match event:
            case e.IslandAdded(island=index, founder=founder):
                island = self._islands.setdefault(index, IslandTally(index, founder))
                island.join(founder, candidates.get(founder))
            case e.Evicted(members=members):
                for name, index in members:
                    self._islands[index].members.discard(name)
            case e.Migrated(moves=moves):
                for name, _, index in moves:
                    self._islands[index].join(name, candidates.get(name))
            case e.Pinned(candidate=name) if name in candidates:
                # One that was evicted is back on its island.
                row = candidates[name]
                home = self._islands.get(row.candidate.island)
                if home is not None:
                    home.join(name, row)
            case e.TakenOver(members=members):
                for name, index in sorted(members, key=lambda place: place[1]):
                    island = self._islands.setdefault(index, IslandTally(index, name))
                    island.join(name, candidates.get(name))
            case e.IslandRetired(island=index):
                self._islands[index].retired = True
            case e.IslandReopened(island=index):
                self._islands[index].retired = False
            case e.IslandReseeded(island=index, founder=founder, members=members):
                self._islands[index].leave(members, founder, candidates)
            case e.IslandRestored(island=index, founder=founder, members=members):
                self._islands[index].restore(members, founder, candidates)

    def judged(self, row: CandidateRow) -> None:
        """Count an evaluation on the candidate's own island."""
        island = self._islands.get(row.candidate.island)
        if island is not None:
            island.judged(row.candidate.id, row)

    def is_retired(self, island: int) -> bool:
        """Whether an island takes part no more."""
        return island in self._islands and self._islands[island].retired

    def __contains__(self, island: int) -> bool:
        return island in self._islands

    def best_on(self, island: int) -> float:
        """Return an island's best score; 0 before it has any."""
        return self._islands[island].best if island in self._islands else 0.0

    def weigh_again(self, changed: Iterable[str], candidates: Rows) -> None:
        """Find bests anew where figures of members changed."""
        names = set(changed)
        for island in self._islands.values():
            if not island.members.isdisjoint(names):
                island.weigh_again(candidates)

    def rows(self, candidates: Rows, steered: Steered, now: Mapping[int, str]) -> list[IslandRow]:
        """Return the islands in order; `now` says what each does at this moment."""
        return [
            island.row(
                candidates,
                now=now.get(index, ""),
                muted=index in steered.muted,
                direction=steered.directions.get(index, ""),
            )
            for index, island in self._islands.items()
        ]
