"""What stock OpenEvolve's bookkeeping costs on the same programs, measured in a process.

python -m tests.bench.engine_books_stock --programs 1000 prints one JSON object. Each step is
done with OpenEvolve's own code as its loop does it, in one process: sample, the snapshot that goes
to a worker and what the worker makes of it, the prompt, add. Its journal is the checkpoint.
"""

import argparse
import json
import logging
import pickle
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from tests.bench.engine_books import ISLANDS, clocked, kernel_text, rss_mb

STEPS = ("sample", "snapshot", "prompt", "add")
ARTIFACT = "a line of a profiler's report\n" * 270
"8 KB, what an evaluator tells of each program."


def main(argv: Sequence[str] | None = None) -> int:
    """Measure one size and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, required=True)
    parser.add_argument("--candidates", type=int, default=10, help="how many are measured")
    args = parser.parse_args(argv)
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="bench-books-") as folder:
        print(json.dumps(measured(args.programs, args.candidates, Path(folder) / "checkpoint")))
    return 0


def measured(programs: int, candidates: int, checkpoint: Path) -> dict[str, Any]:
    """Return what a candidate costs at this size, and a checkpoint and its loading."""
    stock = StockBooks(programs)
    costs = [stock.step(programs + number) for number in range(candidates)]
    whole = [1000 * sum(cost[step] for step in STEPS) for cost in costs]
    resident, spent = rss_mb(), dict[str, float]()
    with clocked(spent, "checkpoint"):
        stock.database.save(str(checkpoint), programs)
    with clocked(spent, "resume"):
        stock.empty().load(str(checkpoint))
    return {
        "programs": programs,
        "in_database": len(stock.database.programs),
        "overhead_ms": mean(whole),
        "overhead_ms_worst": max(whole),
        **{f"{step}_ms": 1000 * mean(cost[step] for cost in costs) for step in STEPS},
        "checkpoint_s": spent["checkpoint"],
        "resume_s": spent["resume"],
        "rss_mb": resident,
    }


class StockBooks:
    """OpenEvolve's database with so many programs, and the rest of its loop."""

    def __init__(self, programs: int) -> None:
        from openevolve.config import Config
        from openevolve.process_parallel import ProcessParallelController
        from openevolve.prompt.sampler import PromptSampler

        self._config = Config()
        self._config.database.population_size = programs + 100
        self._config.database.num_islands = ISLANDS
        self._config.database.feature_dimensions = ["complexity", "score"]
        self._chance = random.Random(0)
        self.database = self.empty()
        self._sampler = PromptSampler(self._config.prompt)
        self._controller = ProcessParallelController(self._config, "", self.database)
        for number in range(programs):
            self.add(number)

    def empty(self) -> Any:
        """Return a database without programs."""
        from openevolve.database import ProgramDatabase

        return ProgramDatabase(self._config.database)

    def add(self, number: int) -> None:
        """Add a program to an island by turns."""
        from openevolve.database import Program

        score = self._chance.uniform(0.8, 3.0)
        program = Program(
            id=f"c{number}", code=kernel_text(number), metrics={"combined_score": score}
        )
        self.database.add(program, iteration=number, target_island=number % ISLANDS)
        self.database.store_artifacts(program.id, {"report": ARTIFACT})

    def step(self, number: int) -> dict[str, float]:
        """Take one candidate through the loop; return seconds by step."""
        from openevolve.database import Program

        spent: dict[str, float] = {}
        island = number % ISLANDS
        with clocked(spent, "sample"):
            parent, inspirations = self.database.sample_from_island(island, 2)
        told: dict[str, Any]
        with clocked(spent, "snapshot"):
            told = pickle.loads(pickle.dumps(self._controller._create_database_snapshot()))
            programs = {name: Program(**fields) for name, fields in told["programs"].items()}
            members = [programs[name] for name in told["islands"][island]]
            members.sort(key=lambda each: each.metrics["combined_score"], reverse=True)
        with clocked(spent, "prompt"):
            self._sampler.build_prompt(
                current_program=parent.code,
                parent_program=parent.code,
                program_metrics=parent.metrics,
                previous_programs=[each.to_dict() for each in members[:3]],
                top_programs=[each.to_dict() for each in members[:5]],
                inspirations=[each.to_dict() for each in inspirations],
                program_artifacts=told["artifacts"].get(parent.id),
                feature_dimensions=["complexity", "score"],
            )
        with clocked(spent, "add"):
            self.add(number)
        return spent


if __name__ == "__main__":
    sys.exit(main())
