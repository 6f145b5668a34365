"""Recipes keep what a kernel computes, wherever their preconditions hold."""

import random

import pytest
from tests.engine.propose.kernels import SOURCES, verdicts

from fie_engine.propose.blocks import search_replace
from fie_engine.propose.recipes import BY_NAME, RECIPES
from fie_engine.propose.recipes.base import Variant, carried_out, variants
from fie_engine.propose.splice import Kernel, same_outside


def every_variant() -> list[tuple[str, Variant]]:
    """Return each recipe's outcome at each of its sites on each kernel."""
    return [
        (name, variant)
        for name, source in SOURCES.items()
        for recipe in RECIPES
        for variant in variants(recipe, Kernel(source))
    ]


def chain(source: str, seed: int, steps: int) -> tuple[str, list[str]]:
    """Apply random recipes one after another; return the outcome and their names."""
    rng, names = random.Random(seed), []
    for _ in range(steps):
        kernel = Kernel(source)
        options = [(recipe, site) for recipe in RECIPES for site in recipe.find(kernel)]
        if not options:
            break
        recipe, site = rng.choice(options)
        if (chosen := carried_out(recipe, kernel, site)) is not None:
            source = chosen.source
            names.append(recipe.name)
    return source, names


@pytest.mark.slow
def test_each_variant_keeps_what_the_kernel_computes() -> None:
    made = every_variant()
    tasks = [(f"v{number}", name, item.source) for number, (name, item) in enumerate(made)]
    found = verdicts(tasks)
    wrong = {
        (name, item.step.label, found[f"v{number}"])
        for number, (name, item) in enumerate(made)
        if found[f"v{number}"] not in ("equal", "close")
    }
    inexact = {
        (name, item.step.label)
        for number, (name, item) in enumerate(made)
        if item.recipe.exact and found[f"v{number}"] == "close"
    }
    assert (wrong, inexact) == (set(), set())


@pytest.mark.slow
def test_recipes_compose_in_any_order() -> None:
    made = [
        (name, *chain(source, seed, 20))
        for name, source in SOURCES.items()
        for seed in range(12 if name == "moe" else 3)
    ]
    tasks = [(f"c{number}", name, source) for number, (name, source, _) in enumerate(made)]
    found = verdicts(tasks)
    wrong = [
        (name, names, found[f"c{number}"])
        for number, (name, _, names) in enumerate(made)
        if found[f"c{number}"] not in ("equal", "close")
    ]
    assert wrong == []


def test_every_recipe_applies_somewhere() -> None:
    first = {item.recipe.name for _, item in every_variant()}
    later = {name for seed in range(8) for name in chain(SOURCES["moe"], seed, 16)[1]}
    rows = {name for seed in range(3) for name in chain(SOURCES["softmax_torch"], seed, 8)[1]}
    assert set(BY_NAME) - first - later - rows == set()


def test_variants_change_nothing_outside_the_evolve_block() -> None:
    assert all(same_outside(SOURCES[name], item.source) for name, item in every_variant())


def test_blocks_carry_every_variant_through_openevolve() -> None:
    from openevolve.utils.code_utils import apply_diff, enforce_evolve_blocks

    for name, item in every_variant():
        before = SOURCES[name]
        rebuilt = apply_diff(before, search_replace(before, item.source))
        assert enforce_evolve_blocks(before, rebuilt) == item.source, item.step.label
