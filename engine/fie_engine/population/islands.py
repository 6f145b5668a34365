"""The islands: OpenEvolve's MAP-Elites database, with pins, forks and repeatable draws."""

import math
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from openevolve import database
from openevolve.config import DatabaseConfig
from openevolve.database import Program, ProgramDatabase
from openevolve.utils.metrics_utils import get_fitness_score

from fie_engine.config.tree import Islands
from fie_engine.population.grid import is_of_checklist
from fie_engine.population.members import IslandMembers, candidate_of, copy_name, copy_of, named
from fie_engine.population.ordered import OrderedSet

PINNED_SHARE = 0.25
"How often a pinned member is the parent, where an island has one."

SCORE_DOUBLINGS = 10.0
"Doublings over the seed's score that the grid's score axis spans."

CODE_GROWTH = 3.0
"Multiple of the seed's length that the grid's complexity axis spans."

MOST_STEPS = 10.0
"Steps of a checklist that an axis has room for: each has a bin of its own among ten."


class Population(ProgramDatabase):  # type: ignore[misc]
    """Passed candidates on islands; a member's id is its candidate, or candidate@island."""

    def __init__(self, config: DatabaseConfig, seed_score: float, seed_length: int) -> None:
        config.random_seed = None  # stock code would reseed the global generator
        super().__init__(config)
        self.seed_score = seed_score
        self.seed_length = seed_length
        self._departed: dict[tuple[str, int], None] = {}
        "Candidates that left an island in the change under way."
        self.islands: list[IslandMembers] = []
        for _ in range(config.num_islands):
            self._open_island()
        self.archive = OrderedSet()
        self.pinned: set[str] = set()
        self.retired: set[int] = set()
        self.muted: set[int] = set()
        self._placing = False
        self._cells: dict[str, list[int]] = {}
        "Each member's place in its grid."

    # Members

    def join(self, program: Program, island: int) -> list[tuple[str, int]]:
        """Add a program to an island; return the members that it displaced."""
        self._departed.clear()
        self._placing = True
        try:
            self.add(program, target_island=island)
        finally:
            self._placing = False
        return sorted(self._departed)

    def copy_to(self, candidate: str, island: int) -> list[tuple[str, int]] | None:
        """Let a candidate join another island; None if it is there, or left the population."""
        original = next(iter(self._members_of(candidate)), None)
        if original is None or self.is_on(candidate, island):
            return None
        return self.join(copy_of(original, island), island)

    def rescore(self, candidate: str, score: float) -> None:
        """Let a candidate's members go by a newer score; their cells stay as they were."""
        for program in self._members_of(candidate):
            program.metrics["combined_score"] = score

    def expel(self, candidate: str) -> list[tuple[str, int]]:
        """Take a candidate that turned out wrong off every island; return its places."""
        self._departed.clear()
        for program in self._members_of(candidate):
            self._evict(program.id)
        self._cleanup_stale_island_bests()
        return sorted(self._departed)

    def is_on(self, candidate: str, island: int) -> bool:
        """Whether a candidate, itself or a copy, is a member of the island."""
        members = self.islands[island]
        return candidate in members or copy_name(candidate, island) in members

    def _members(self) -> set[tuple[str, int]]:
        return {
            (candidate_of(self.programs[name]), index)
            for index, island in enumerate(self.islands)
            for name in island
            if name in self.programs
        }

    def _members_of(self, candidate: str) -> list[Program]:
        copies = (copy_name(candidate, island) for island in range(len(self.islands)))
        return [self.programs[name] for name in (candidate, *copies) if name in self.programs]

    # Islands

    @property
    def active(self) -> list[int]:
        """Islands that take part: their best migrate."""
        return [index for index in range(len(self.islands)) if index not in self.retired]

    @property
    def breeding(self) -> list[int]:
        """Islands that get children."""
        return [index for index in self.active if index not in self.muted]

    def add_island(self) -> int:
        """Append an empty island; return its index."""
        self._open_island()
        self.island_feature_maps.append({})
        self.island_generations.append(max(self.island_generations, default=0))
        self.island_best_programs.append(None)
        self.config.num_islands = len(self.islands)
        return len(self.islands) - 1

    def removable(self, island: int, founder: str) -> list[str]:
        """Return who would leave an island that starts again: all but founder and pins."""
        names = {named(member) for member in self.islands[island]}
        return sorted(names - self.pinned - {founder})

    def clear(self, island: int, candidates: Iterable[str]) -> None:
        """Take candidates off one island; on others they stay."""
        for name in candidates:
            for member in (name, copy_name(name, island)):
                if member in self.islands[island]:
                    self._evict(member)
        self._cleanup_stale_island_bests()

    def migration_moves(self) -> list[tuple[str, int, int]]:
        """Return who would migrate now (candidate, from, to): each island's best, both ways."""
        moves = self.ring_moves()
        self.last_migration_generation = max(self.island_generations)
        return moves

    def ring_moves(self) -> list[tuple[str, int, int]]:
        """Return the moves of each island's best to its neighbours in the ring."""
        ring = [index for index in self.active if self.islands[index]]
        moves = []
        for place, index in enumerate(ring):
            neighbours = dict.fromkeys((ring[(place + 1) % len(ring)], ring[place - 1]))
            for target in neighbours:
                moves += self.moves(index, target)
        return moves

    def moves(self, source: int | None, target: int | None) -> list[tuple[str, int, int]]:
        """Return the moves of the best from an island to another; None stands for every one."""
        sources = self.active if source is None else [source]
        targets = self.active if target is None else [target]
        return [
            (candidate_of(program), giver, taker)
            for giver in sources
            for program in self._migrants(giver)
            for taker in targets
            if taker != giver and not self.is_on(candidate_of(program), taker)
        ]

    def _open_island(self) -> None:
        self.islands.append(IslandMembers(len(self.islands), self._leave))

    def _leave(self, candidate: str, island: int) -> None:
        self._departed[candidate, island] = None

    def _migrants(self, index: int) -> list[Program]:
        natives = [
            self.programs[name]
            for name in self.islands[index]
            if not self.programs[name].metadata.get("migrant")
        ]
        natives.sort(key=self._fitness, reverse=True)
        return natives[: max(1, int(len(natives) * self.migration_rate))]

    def breed_by(self, islands: Islands) -> None:
        """Go by other rates from now on."""
        self.migration_interval = islands.migration_interval
        self.migration_rate = islands.migration_rate
        self.config.exploration_ratio = islands.exploration
        self.config.exploitation_ratio = islands.exploitation

    # Sampling

    def draw(
        self, island: int, inspirations: int, rng: random.Random
    ) -> tuple[Program, list[Program]]:
        """Return a parent from the island and others to learn from; all chance is `rng`'s."""
        with _chance(rng):
            parent, others = self.sample_from_island(island, inspirations)
        pins = [
            self.programs[name]
            for name in self.islands[island]
            if candidate_of(self.programs[name]) in self.pinned
        ]
        if pins and rng.random() < PINNED_SHARE:
            parent = rng.choice(pins)
        return parent, [other for other in others if other.id != parent.id]

    # What OpenEvolve decides otherwise

    def _fitness(self, program: Program) -> float:
        return float(get_fitness_score(program.metrics, self.config.feature_dimensions))

    def _is_better(self, program1: Program, program2: Program) -> bool:
        """Let no newcomer take a pinned member's cell."""
        if self._placing and candidate_of(program2) in self.pinned:
            return False
        return bool(super()._is_better(program1, program2))

    @contextmanager
    def _plain_comparison(self) -> Iterator[None]:
        placing, self._placing = self._placing, False
        try:
            yield
        finally:
            self._placing = placing

    def _update_best_program(self, program: Program) -> None:
        """Track the best by score alone: a pin is no merit."""
        with self._plain_comparison():
            super()._update_best_program(program)

    def _update_island_best_program(self, program: Program, island_idx: int) -> None:
        """Track an island's best by score alone."""
        with self._plain_comparison():
            super()._update_island_best_program(program, island_idx)

    def _calculate_feature_coords(self, program: Program) -> list[int]:
        """Let a member keep the cell that it joined with; reading its text again would be slow."""
        if program.id not in self._cells:
            self._cells[program.id] = super()._calculate_feature_coords(program)
        return self._cells[program.id]

    def _remove_program_if_orphaned(self, program_id: str) -> None:
        """Forget the cell of a member that has no place any more."""
        super()._remove_program_if_orphaned(program_id)
        if program_id not in self.programs:
            self._cells.pop(program_id, None)

    def _scale_feature_value(self, feature_name: str, value: float) -> float:
        """Place score and complexity on fixed axes: moving ones would re-key old cells."""
        if feature_name == "score" and self.seed_score > 0:
            doublings = math.log2(max(value, 1e-9) / self.seed_score)
            return min(max(doublings / SCORE_DOUBLINGS, 0.0), 1.0)
        if is_of_checklist(feature_name):
            return min(value / MOST_STEPS, 1.0)
        if feature_name == "complexity":
            return min(value / (CODE_GROWTH * self.seed_length), 1.0)
        return float(super()._scale_feature_value(feature_name, value))

    def _enforce_population_limit(self, exclude_program_id: str | None = None) -> None:
        """Evict the worst, those without a cell first; never a pin, the best or a newcomer."""
        surplus = len(self.programs) - self.config.population_size
        if surplus <= 0:
            return
        owners = {name for grid in self.island_feature_maps for name in grid.values()}
        kept = {self.best_program_id, exclude_program_id}
        victims = sorted(
            (
                program
                for program in self.programs.values()
                if program.id not in kept and candidate_of(program) not in self.pinned
            ),
            key=lambda program: (program.id in owners, self._fitness(program)),
        )
        for victim in victims[:surplus]:
            self._evict(victim.id)
        self._cleanup_stale_island_bests()

    def _evict(self, name: str) -> None:
        del self.programs[name]
        self._cells.pop(name, None)
        self.archive.discard(name)
        for island in self.islands:
            island.discard(name)
        for grid in self.island_feature_maps:
            for key in [key for key, owner in grid.items() if owner == name]:
                del grid[key]


@contextmanager
def _chance(rng: random.Random) -> Iterator[None]:
    """Make OpenEvolve's database draw from `rng` instead of the global generator."""
    stock = database.random
    database.random = rng
    try:
        yield
    finally:
        database.random = stock
