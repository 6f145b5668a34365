"""A population as a checkpoint had it: its members in place, none of them in competition."""

from collections.abc import Callable

from openevolve.database import Program

from fie_engine.events import TakenOver
from fie_engine.population.islands import Population
from fie_engine.population.members import copy_of

Founder = Callable[[str], Program]
"Makes a candidate's program."


def take_over(population: Population, event: TakenOver, program_of: Founder) -> None:
    """Put every member where it was; cells that two would share go to the better one."""
    while len(population.islands) < len(event.generations):
        population.add_island()
    for candidate, island in event.members:
        original = population.programs.get(candidate)
        member = program_of(candidate) if original is None else copy_of(original, island)
        _place(population, member, island)
    for candidate in event.apart:
        population.programs[candidate] = program_of(candidate)
    for member_id in event.archive:
        if member_id in population.programs:
            population.archive.add(member_id)
    population.island_generations = list(event.generations)
    population.last_migration_generation = max(event.generations, default=0)


def _place(population: Population, member: Program, island: int) -> None:
    population.programs[member.id] = member
    member.metadata["island"] = island
    population.islands[island].add(member.id)
    key = population._feature_coords_to_key(population._calculate_feature_coords(member))
    cells = population.island_feature_maps[island]
    owner = population.programs.get(cells.get(key, ""))
    if owner is None or population._is_better(member, owner):
        cells[key] = member.id
    population._update_best_program(member)
    population._update_island_best_program(member, island)
