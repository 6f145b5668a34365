"""A parent that is behind takes the steps that a better candidate has taken."""

import random

from tests.engine.propose.kernels import MOE

from fie_engine.propose.recipes import BY_NAME
from fie_engine.propose.recipes.base import variants
from fie_engine.propose.relink import Relinked, relinked
from fie_engine.propose.source import digest
from fie_engine.propose.splice import Kernel


def after(source: str, *recipes: str) -> str:
    """Apply recipes, each at its first site."""
    for name in recipes:
        source = next(variants(BY_NAME[name], Kernel(source))).source
    return source


def test_steps_of_the_better_candidate_are_carried_out() -> None:
    target = after(MOE, "produce inside the loop", "silu", "inference mode")
    way = relinked(MOE, target, random.Random(1))
    assert (digest(way.source), way.steps) == (digest(target), 3)


def test_steps_of_its_own_are_kept() -> None:
    own = after(MOE, "skip zero weights")
    way = relinked(own, after(MOE, "silu"), random.Random(1))
    assert digest(way.source) == digest(after(own, "silu"))


def test_knobs_are_set_as_in_the_better_candidate() -> None:
    source = "BLOCK_M = 16\n\n\ndef f():\n    return launch(BLOCK_M)\n"
    better = source.replace("16", "64")
    assert relinked(source, better, random.Random(1)) == Relinked(source=better, steps=1)


def test_a_candidate_that_is_level_is_left_as_it_is() -> None:
    assert relinked(MOE, MOE, random.Random(1)) == Relinked(source=MOE, steps=0)
