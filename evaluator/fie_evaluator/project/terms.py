"""A search problem in OpenEvolve's form: an evaluator file, and how it is to be run."""

import os
from dataclasses import dataclass
from pathlib import Path

TIMING = "the evaluator's own figures"
OWN_SCORE = "combined_score"
"The metric that is the score; without it, the mean of the numeric metrics is."
STAGES = ("evaluate_stage1", "evaluate_stage2", "evaluate_stage3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """How the programs of a project are evaluated."""

    evaluator: Path
    "The file that defines `evaluate`, or `evaluate_stage1` and its followers; absolute."
    suffix: str = ".py"
    "Of the program files."
    timeout_s: float = 300.0
    "Wall time that each stage may take."
    cascade: bool = True
    "Whether the stages are used where the file defines them."
    thresholds: tuple[float, ...] = (0.5, 0.75, 0.9)
    "Scores that lead from each stage to the next."
    features: tuple[str, ...] = ()
    "Metrics that are axes of the grid: each program must have them; they are no part of a mean."
    variables: tuple[str, ...] = ()
    "Environment variables that reach the evaluator besides the usual harmless ones."
    memory_mb: int = 0
    "Memory that an evaluation may add; 0 for no limit."
    slots: int = 1


def is_project(kind: str) -> bool:
    """Whether an evaluator's name means a project's file rather than a place to judge at."""
    return kind.endswith(".py") or (os.sep in kind and os.path.isfile(kind))
