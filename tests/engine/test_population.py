"""Islands: draws that repeat, cells, migration and eviction."""

import random
import subprocess
import sys
from pathlib import Path

from openevolve.database import Program, ProgramDatabase
from tests.engine.lab import make_population

from fie_engine.exchange.checkpoint import save_checkpoint
from fie_engine.model import Candidate, Origin
from fie_engine.population.islands import Population
from fie_engine.population.members import candidate_of, program_of


def member(name: str, score: float, length: int = 10) -> Program:
    metrics = {"combined_score": score}
    text = f"{name:<{length}}"
    candidate = Candidate(
        id=name,
        parents=(),
        island=0,
        generation=0,
        origin=Origin.LLM,
        model="",
        note="",
        digest=name,
    )
    return program_of(candidate, lambda: text, metrics, at=0.0)


def filled(count: int = 12) -> Population:
    population = make_population(1.0, 10)
    for number in range(count):
        population.join(member(f"c{number:04d}", 1.0 + number, 5 + number), number % 3)
    return population


DRAWS = """
import random
from tests.engine.test_population import filled
from fie_engine.population.members import candidate_of
population = filled()
for number in range(30):
    parent, others = population.draw(number % 3, 3, random.Random(f"1:{number}"))
    print(candidate_of(parent), [candidate_of(other) for other in others])
"""


def draws(hash_seed: str) -> str:
    root = Path(__file__).parents[2]
    path = ":".join(str(root / folder) for folder in ("", "tui", "engine", "evaluator"))
    environment = {"PYTHONPATH": path, "PYTHONHASHSEED": hash_seed, "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", DRAWS], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_draws_repeat_whatever_the_hash_seed_of_the_process() -> None:
    assert draws("1") == draws("2") != ""


def test_the_global_generator_is_left_alone() -> None:
    random.seed(7)
    before = random.getstate()
    filled().draw(0, 3, random.Random(1))
    assert random.getstate() == before


def test_a_better_program_takes_the_cell_and_the_displaced_one_is_reported() -> None:
    population = make_population(1.0, 10)
    assert population.join(member("c0001", 1.01), 0) == []
    assert population.join(member("c0002", 1.02), 0) == [("c0001", 0)]


def test_a_pinned_member_keeps_its_cell_and_is_no_champion_for_it() -> None:
    population = make_population(1.0, 10)
    population.join(member("c0001", 1.01), 0)
    population.pinned.add("c0001")
    assert population.join(member("c0002", 1.02), 0) == []
    assert population.best_program_id == "c0002"
    assert population.island_best_programs[0] == "c0002"


def test_cells_do_not_move_when_better_scores_arrive() -> None:
    population = make_population(1.0, 10)
    population.join(member("c0001", 2.0), 0)
    (before,) = population.island_feature_maps[0]
    population.join(member("c0002", 500.0, 25), 0)
    (program,) = [p for p in population.programs.values() if p.id == "c0001"]
    coords = ProgramDatabase._calculate_feature_coords(population, program)
    assert population._feature_coords_to_key(coords) == before


def test_migration_sends_each_islands_best_both_ways_round_the_ring() -> None:
    moves = filled().migration_moves()
    assert moves == [
        ("c0009", 0, 1),
        ("c0009", 0, 2),
        ("c0010", 1, 2),
        ("c0010", 1, 0),
        ("c0011", 2, 0),
        ("c0011", 2, 1),
    ]


def test_a_retired_island_neither_sends_nor_receives() -> None:
    population = filled()
    population.retired.add(1)
    assert population.migration_moves() == [("c0009", 0, 2), ("c0011", 2, 0)]


def test_a_full_population_evicts_the_worst_without_a_cell_first() -> None:
    population = make_population(1.0, 10)
    population.config.population_size = 3
    for number in range(4):
        population.join(member(f"c{number:04d}", 1.0 + number * 5, 10), number % 3)
    assert sorted(map(candidate_of, population.programs.values())) == ["c0001", "c0002", "c0003"]


def test_a_checkpoint_is_openevolves_and_replaces_the_last_one_whole(tmp_path: Path) -> None:
    from openevolve.config import DatabaseConfig

    population, folder = filled(), tmp_path / "checkpoint"
    save_checkpoint(population, folder, 1)
    save_checkpoint(population, folder, 2)
    loaded = ProgramDatabase(DatabaseConfig(num_islands=3))
    loaded.load(str(folder))
    assert set(loaded.programs) == set(population.programs)
    assert [set(island) for island in loaded.islands] == [set(i) for i in population.islands]
    assert loaded.last_iteration == 2
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]
