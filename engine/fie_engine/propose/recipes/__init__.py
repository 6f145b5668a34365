"""The recipes: general changes of a kernel's text, each with a precondition and a reason."""

from fie_engine.propose.recipes import (
    accumulate,
    fp8,
    inplace,
    loops,
    rows,
    scaling,
    selection,
    sink,
    torch_calls,
)
from fie_engine.propose.recipes.base import Recipe

RECIPES: tuple[Recipe, ...] = (
    *sink.RECIPES,
    *loops.RECIPES,
    *rows.RECIPES,
    *fp8.RECIPES,
    *scaling.RECIPES,
    *inplace.RECIPES,
    *accumulate.RECIPES,
    *torch_calls.RECIPES,
    *selection.RECIPES,
)
BY_NAME = {recipe.name: recipe for recipe in RECIPES}
