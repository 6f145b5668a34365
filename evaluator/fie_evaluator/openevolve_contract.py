"""What OpenEvolve asks of an evaluator file; stock `openevolve-run` judges by our judge with it.

`python -m fie_evaluator.openevolve_contract` prints where this file lies.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

# OpenEvolve puts this file's folder first on sys.path, where our modules would shadow others'.
sys.path[:] = [entry for entry in sys.path if not entry or Path(entry).resolve() != HERE]


def evaluate(program_path: str) -> object:
    """Judge the kernel file and return its metrics, with OpenEvolve's artifacts where it is there.

    Raises EvaluatorError where the judge itself is lost, so that the program is tried again.
    """
    from fie_evaluator.project.program_judge import judge_program

    return judge_program(Path(program_path))


if __name__ == "__main__":
    print(Path(__file__).resolve())
