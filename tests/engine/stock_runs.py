"""Checkpoints as OpenEvolve itself writes them, for tests."""

import random
from collections import Counter
from pathlib import Path

from openevolve.config import DatabaseConfig
from openevolve.database import Program, ProgramDatabase

PROJECT = Path(__file__).parent.parent / "projects" / "sorting"
SOURCE = (PROJECT / "initial_program.py").read_text()


def stock_database(islands: int = 3) -> ProgramDatabase:
    """Return OpenEvolve's own database, empty."""
    config = DatabaseConfig(
        num_islands=islands,
        population_size=100,
        archive_size=10,
        migration_interval=3,
        feature_dimensions=["complexity", "score"],
        random_seed=3,
    )
    return ProgramDatabase(config)


def write_stock(path: Path, count: int = 24, islands: int = 3) -> ProgramDatabase:
    """Write a checkpoint of a search with children, migrants, artifacts and a failed program."""
    database, rng = stock_database(islands), random.Random(1)
    metrics = {"correctness": 1.0, "thrift": 0.0}
    database.add(Program(id="root", code=SOURCE, metrics=metrics), iteration=0)
    for number in range(1, count):
        parent = rng.choice(list(database.programs.values()))
        program = Program(
            id=f"program-{number}",
            code=SOURCE.replace("CHUNK = 32", f"CHUNK = {number}") + "# " + "x" * (17 * number),
            parent_id=parent.id,
            generation=parent.generation + 1,
            timestamp=1000.0 + number,
            metrics={"correctness": 1.0, "thrift": rng.random()},
            metadata={"changes": f"chunks of {number}"},
        )
        database.add(program, iteration=number, target_island=number % islands)
        database.increment_island_generation(number % islands)
        if number % 4 == 0:
            database.store_artifacts(program.id, {"stdout": f"{number} comparisons"})
        if database.should_migrate():
            database.migrate_programs()
    database.save(str(path), count - 1)
    return database


def load_stock(path: Path, islands: int = 3) -> ProgramDatabase:
    """Return a checkpoint as OpenEvolve opens it."""
    database = stock_database(islands)
    database.load(str(path))
    return database


def contents(database: ProgramDatabase) -> dict[str, object]:
    """Return what a database holds, whatever its programs are called."""
    programs = database.programs

    def told(name: str) -> tuple[object, ...]:
        program = programs[name]
        metrics = {k: v for k, v in program.metrics.items() if k != "combined_score"}
        artifacts = {k: v for k, v in database.get_artifacts(name).items() if v}
        return (program.code, program.generation, str(metrics), str(artifacts))

    return {
        "programs": Counter(map(told, programs)),
        "islands": [Counter(map(told, island)) for island in database.islands],
        "archive": Counter(map(told, database.archive)),
        "generations": database.island_generations,
        "iteration": database.last_iteration,
        "best": told(database.best_program_id),
    }


def lineages(database: ProgramDatabase) -> Counter[tuple[str, str]]:
    """Return each program's text with its parent's, but of migrants, which stand for another."""
    programs = database.programs

    def lineage(program: Program) -> tuple[str, str]:
        parent = programs.get(program.parent_id or "")
        return program.code, parent.code if parent else ""

    natives = (one for one in programs.values() if not one.metadata.get("migrant"))
    return Counter(map(lineage, natives))
