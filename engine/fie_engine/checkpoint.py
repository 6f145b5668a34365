"""The population in OpenEvolve's checkpoint format, replaced whole or not at all."""

import contextlib
import json
import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from openevolve.database import Program

from fie_engine.checkpoint_format import FORMAT, METADATA, OURS, PROGRAMS, Origin
from fie_engine.population import Population

FIELDS = tuple(field.name for field in fields(Program))
Extras = Mapping[str, Mapping[str, Any]]
"Fields by program's id that only an export has: artifacts, prompts, more metrics."


class Checkpoints:
    """Writes one checkpoint after the other; programs that are as they were are only linked."""

    def __init__(self, folder: Path, origin: Origin | None = None, suffix: str = ".py") -> None:
        self._folder = folder
        self._origin = origin
        self._suffix = suffix
        self._written: dict[str, str] = {}
        "What a program's file depends on besides its text, as last written."

    def save(self, population: Population, iteration: int, extras: Extras | None = None) -> None:
        """Write the population so that a crash leaves the old checkpoint or the new one."""
        folder = self._folder
        fresh, old = (folder.with_name(f".{folder.name}.{word}") for word in ("new", "old"))
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)
        (fresh / PROGRAMS).mkdir(parents=True)
        self._save_programs(population, fresh, extras or {})
        _save_best(population, fresh, iteration, self._suffix)
        metadata = _metadata(population, iteration) | _signature(self._origin)
        (fresh / METADATA).write_text(json.dumps(metadata), encoding="utf-8")
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
        shutil.rmtree(old, ignore_errors=True)

    def _save_programs(self, population: Population, fresh: Path, extras: Extras) -> None:
        written: dict[str, str] = {}
        for name, program in population.programs.items():
            file = fresh / PROGRAMS / f"{name}.json"
            state = json.dumps([program.metrics, program.metadata, program.parent_id])
            written[name] = state
            if self._written.get(name) == state and self._link(name, file):
                continue
            told = {field: getattr(program, field) for field in FIELDS} | {**extras.get(name, {})}
            file.write_text(json.dumps(told), encoding="utf-8")
        self._written = written

    def _link(self, name: str, file: Path) -> bool:
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


def _metadata(population: Population, iteration: int) -> dict[str, Any]:
    return {
        "island_feature_maps": population.island_feature_maps,
        "islands": [list(island) for island in population.islands],
        "archive": list(population.archive),
        "best_program_id": population.best_program_id,
        "island_best_programs": population.island_best_programs,
        "last_iteration": iteration,
        "current_island": population.current_island,
        "island_generations": population.island_generations,
        "last_migration_generation": population.last_migration_generation,
        "feature_stats": population._serialize_feature_stats(),
    }


def _save_best(population: Population, folder: Path, iteration: int, suffix: str) -> None:
    """Write the best program beside the others, as OpenEvolve's controller does."""
    best = population.programs.get(population.best_program_id)
    if best is None:
        return
    (folder / f"best_program{suffix}").write_text(best.code, encoding="utf-8")
    info = {
        "id": best.id,
        "generation": best.generation,
        "iteration": best.iteration_found,
        "current_iteration": iteration,
        "metrics": best.metrics,
        "language": best.language,
        "timestamp": best.timestamp,
        "saved_at": time.time(),
    }
    (folder / "best_program_info.json").write_text(json.dumps(info, indent=2), encoding="utf-8")
