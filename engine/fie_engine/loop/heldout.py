"""Workloads that a search never sees, so that a promotion can tell what it really learnt."""

import random

from fie_engine.config.tree import Config
from fie_engine.model import HeldOut
from fie_engine.view.run import RunView
from fie_evaluator.dataset.read import read_workloads
from fie_evaluator.stages.gate import Drawn
from fie_evaluator.track import Track

USUAL_SHARE = 2 / 19
FEWEST_WORKLOADS = 10
"A track with fewer holds none out unless it is asked to."


def held_out(config: Config, track: Track) -> tuple[HeldOut, ...]:
    """Return which workloads a new run's search leaves out; its seed decides.

    Those that the quick subset wants are never among them, nor are ever all of them.
    """
    share = config.judging.held_out
    if track.project is not None or share == 0.0:
        return ()
    every = read_workloads(track.dataset, track.definition)
    if share is None and len(every) < FEWEST_WORKLOADS:
        return ()
    quick = {label for label, _ in track.quick}
    free = [one for one in every if one.label not in quick]
    count = max(1, round(len(every) * (USUAL_SHARE if share is None else share)))
    count = min(count, len(free), len(every) - 1)
    rng = random.Random(f"{config.search.seed_rng}:{track.definition}:held out")
    drawn = {one.uuid for one in rng.sample(free, count)}
    return tuple(HeldOut(workload=one.uuid, label=one.label) for one in every if one.uuid in drawn)


def drawn_of(view: RunView, name: str) -> Drawn:
    """Return what the search has found of a candidate so far."""
    row = view.candidates[name]
    return Drawn(score=row.score, noise=row.noise, draws=view.evaluations, held_out=view.held_out)
