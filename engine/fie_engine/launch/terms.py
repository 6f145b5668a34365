"""What a search is asked to do, settled before it starts."""

from dataclasses import dataclass
from typing import Literal

from fie_engine.loop.duels import Retiming
from fie_engine.loop.profiling import ProfilePolicy
from fie_evaluator.scoring import ScoreRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms of one search."""

    seed_rng: int
    iterations: int
    patience: int
    "Iterations without a new best after which the search ends; 0 for never."
    profiling: ProfilePolicy
    retiming: Retiming
    quick_cut: float
    "Share of the best's speed below which not every workload is timed; 0 times all always."
    checkpoint_interval: int
    "Evaluations between two checkpoints in OpenEvolve's format; 0 for none."
    islands: int
    inspirations: int
    "Others that a child may learn from."
    score_rule: ScoreRule
    best_shown: int = 2
    "Of the inspirations, how many are there for their score; the others for their design."
    mend: bool = True
    "Whether a model is asked once to put a failed reply right."
    strategy: Literal["evolve", "best-of-n"] = "evolve"
    "best-of-n derives every child from the seed: what chance alone finds."
