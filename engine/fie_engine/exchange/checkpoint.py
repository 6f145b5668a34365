"""The population in OpenEvolve's checkpoint format, replaced whole or not at all."""

import contextlib
import json
import os
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from itertools import count
from pathlib import Path
from typing import Any

from openevolve.database import Program

from fie_engine.exchange.format import FORMAT, METADATA, OURS, PROGRAMS, Origin
from fie_engine.population.islands import Population

FIELDS = tuple(field.name for field in fields(Program))
Extras = Mapping[str, Mapping[str, Any]]
"Fields by program's id that only an export has: artifacts, prompts, more metrics."


State = tuple[float, int, str]
"What a program's file depends on besides its text: score, island and parent."


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A population at one moment, to be written by any thread."""

    number: int
    "Counts up: an older one never replaces a newer one."
    iteration: int
    metadata: dict[str, Any]
    programs: dict[str, tuple[State, Program]]
    best: Program | None


class Checkpoints:
    """Writes one checkpoint after the other; programs that are as they were are only linked."""

    def __init__(self, folder: Path, origin: Origin | None = None, suffix: str = ".py") -> None:
        self._folder = folder
        self._origin = origin
        self._suffix = suffix
        self._written: dict[str, State] = {}
        self._numbers = count(1)
        self._newest = 0
        "The number of the snapshot that lies there."
        self._writing = threading.Lock()

    def save(self, population: Population, iteration: int, extras: Extras | None = None) -> None:
        """Write the population as it is now."""
        self.write(self.snapshot(population, iteration), extras)

    def snapshot(self, population: Population, iteration: int) -> Snapshot:
        """Return what is to be written; quick, since the engine waits for it."""
        metadata = _metadata(population, iteration) | _signature(self._origin)
        return Snapshot(
            number=next(self._numbers),
            iteration=iteration,
            metadata=metadata,
            programs={name: (_state(one), one) for name, one in population.programs.items()},
            best=population.programs.get(population.best_program_id),
        )

    def write(self, snapshot: Snapshot, extras: Extras | None = None) -> None:
        """Write a snapshot so that a crash leaves the old checkpoint or the new one."""
        with self._writing:
            if snapshot.number > self._newest:
                self._replace(snapshot, extras or {})
                self._newest = snapshot.number

    def _replace(self, snapshot: Snapshot, extras: Extras) -> None:
        folder = self._folder
        fresh, old = (folder.with_name(f".{folder.name}.{word}") for word in ("new", "old"))
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)
        (fresh / PROGRAMS).mkdir(parents=True)
        for name, (state, program) in snapshot.programs.items():
            file = fresh / PROGRAMS / f"{name}.json"
            if self._written.get(name) != state or not self._link(file):
                told = {field: getattr(program, field) for field in FIELDS}
                file.write_text(json.dumps(told | {**extras.get(name, {})}), encoding="utf-8")
        _save_best(snapshot, fresh, self._suffix)
        (fresh / METADATA).write_text(json.dumps(snapshot.metadata), encoding="utf-8")
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
        self._written = {name: state for name, (state, _) in snapshot.programs.items()}

    def _link(self, file: Path) -> bool:
        """Take a program's file over from the checkpoint before; False where that can't be."""
        with contextlib.suppress(OSError):
            os.link(self._folder / PROGRAMS / file.name, file)
            return True
        return False


def save_checkpoint(population: Population, folder: Path, iteration: int) -> None:
    """Write a single checkpoint."""
    Checkpoints(folder).save(population, iteration)


def _signature(origin: Origin | None) -> dict[str, Any]:
    return {OURS: {"format": FORMAT, **asdict(origin)}} if origin else {}


def _state(program: Program) -> State:
    score = program.metrics.get("combined_score", 0.0)
    return score, program.metadata.get("island", -1), program.parent_id or ""


def _metadata(population: Population, iteration: int) -> dict[str, Any]:
    return {
        "island_feature_maps": [dict(cells) for cells in population.island_feature_maps],
        "islands": [list(island) for island in population.islands],
        "archive": list(population.archive),
        "best_program_id": population.best_program_id,
        "island_best_programs": [*population.island_best_programs],
        "last_iteration": iteration,
        "current_island": population.current_island,
        "island_generations": [*population.island_generations],
        "last_migration_generation": population.last_migration_generation,
        "feature_stats": population._serialize_feature_stats(),
    }


def _save_best(snapshot: Snapshot, folder: Path, suffix: str) -> None:
    """Write the best program beside the others, as OpenEvolve's controller does."""
    best = snapshot.best
    if best is None:
        return
    (folder / f"best_program{suffix}").write_text(best.code, encoding="utf-8")
    info = {
        "id": best.id,
        "generation": best.generation,
        "iteration": best.iteration_found,
        "current_iteration": snapshot.iteration,
        "metrics": best.metrics,
        "language": best.language,
        "timestamp": best.timestamp,
        "saved_at": time.time(),
    }
    (folder / "best_program_info.json").write_text(json.dumps(info, indent=2), encoding="utf-8")
