"""The population in OpenEvolve's checkpoint format, replaced whole or not at all."""

import shutil
from pathlib import Path

from fie_engine.population import Population


def save_checkpoint(population: Population, folder: Path, iteration: int) -> None:
    """Write the population so that a crash leaves the old checkpoint or the new one."""
    fresh, old = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    population.save(str(fresh), iteration)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
