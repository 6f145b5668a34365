"""One search by stock OpenEvolve's own loop, proposed by our operators and judged by our judge.

python -m tests.bench.stock_search --kernel SEED.py --output DIR --iterations 100 --rng-seed 1
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), *(str(ROOT / part) for part in ("tui", "engine", "evaluator"))]

from openevolve.config import Config, LLMModelConfig  # noqa: E402
from openevolve.controller import OpenEvolve  # noqa: E402
from tests.bench.operator_llm import OperatorModel  # noqa: E402

from fie_evaluator import openevolve_contract  # noqa: E402


def main(argv: Sequence[str] | None = None) -> int:
    """Run the search; its best program lies in the output folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kernel", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--iterations", type=int, required=True)
    parser.add_argument("--rng-seed", type=int, required=True)
    args = parser.parse_args(argv)
    search = OpenEvolve(
        initial_program_path=str(args.kernel),
        evaluation_file=str(openevolve_contract.__file__),
        config=configured(args.iterations, args.rng_seed),
        output_dir=str(args.output),
    )
    asyncio.run(search.run())
    return 0


def configured(iterations: int, rng_seed: int) -> Config:
    """Return stock settings, but for what would make the comparison unfair to it.

    Its own "diversity" axis blocks for seconds; a kernel may outgrow its length limit.
    """
    config = Config(max_iterations=iterations, random_seed=rng_seed)
    config.diff_based_evolution = False
    config.max_code_length = 200_000
    config.checkpoint_interval = 1000
    model = LLMModelConfig(name="operators", init_client=OperatorModel, random_seed=rng_seed)
    config.llm.models = [model]
    config.llm.evaluator_models = [model]
    config.database.num_islands = 3
    config.database.feature_dimensions = ["complexity", "score"]
    config.database.random_seed = rng_seed
    config.evaluator.parallel_evaluations = 1
    config.evaluator.cascade_evaluation = False
    config.evaluator.timeout = 600
    return config


if __name__ == "__main__":
    sys.exit(main())
