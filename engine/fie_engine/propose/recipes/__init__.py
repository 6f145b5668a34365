"""The recipes: general changes of a kernel's text, each with a precondition and a reason."""

from fie_engine.propose.recipes import (
    accumulate,
    batch,
    fold,
    fp8,
    inplace,
    loops,
    rows,
    scaling,
    selection,
    sink,
    torch_calls,
    triton_code,
    triton_masks,
)
from fie_engine.propose.recipes.base import Recipe

RECIPES: tuple[Recipe, ...] = (
    *sink.RECIPES,
    *loops.RECIPES,
    *rows.RECIPES,
    *fp8.RECIPES,
    *fold.RECIPES,
    *scaling.RECIPES,
    *inplace.RECIPES,
    *accumulate.RECIPES,
    *torch_calls.RECIPES,
    *selection.RECIPES,
    *batch.RECIPES,
    *triton_code.RECIPES,
    *triton_masks.RECIPES,
)
BY_NAME = {recipe.name: recipe for recipe in RECIPES}
