"""Cheaper ways to choose entries: no sorting, no masks, no copies of zeros."""

import ast
from collections.abc import Iterator

from fie_engine.propose.recipes.base import Recipe, Site
from fie_engine.propose.recipes.flow import (
    call_name,
    definition,
    is_torch_call,
    keyword,
    loads,
    receiver,
    same,
)
from fie_engine.propose.recipes.torch_calls import factors_of, torch_functions
from fie_engine.propose.splice import Edit, Kernel


def _unsorted(kernel: Kernel) -> Iterator[Site]:
    for function in torch_functions(kernel):
        edits = []
        for node in ast.walk(function):
            if not isinstance(node, ast.Call) or call_name(node) != "topk":
                continue
            if keyword(node, "sorted") is None and _order_is_unread(kernel, function, node):
                _, end = kernel.span(node)
                edits.append(Edit(start=end - 1, end=end - 1, text=", sorted=False"))
        if edits:
            yield Site(where=f"{len(edits)} selections in {function.name}", edits=tuple(edits))


def _order_is_unread(kernel: Kernel, function: ast.FunctionDef, node: ast.Call) -> bool:
    """Return whether only the set of a topk's results matters to what follows."""
    part = kernel.parents[node]
    if not isinstance(part, ast.Attribute):
        return False
    user = kernel.parents[part]
    if part.attr == "values":
        reduced = isinstance(user, ast.Attribute) and user.attr in ("sum", "mean", "amax", "amin")
        return reduced
    if not isinstance(user, ast.Assign) or not isinstance(user.targets[0], ast.Name):
        return False
    name = user.targets[0].id
    users = [kernel.parents[use] for use in loads(function, name)]
    unordered = ("scatter", "scatter_", "gather")
    return definition(function, name) is user and all(
        call_name(item) in unordered for item in users
    )


def _masked_product(kernel: Kernel) -> Iterator[Site]:
    for function in torch_functions(kernel):
        for node in ast.walk(function):
            sides = factors_of(node)
            if sides is None or not isinstance(node, ast.expr):
                continue
            for values, mask in (sides, sides[::-1]):
                scattered = _one_hot(function, mask, values)
                if scattered is not None:
                    place, numbers, maker = scattered
                    text = (
                        f"torch.zeros_like({kernel.text(values)}).scatter_({place}, {numbers}, "
                        f"{kernel.operand(values)}.gather({place}, {numbers}))"
                    )
                    edits = [kernel.replace(node, text)]
                    if maker is not None:
                        edits.append(kernel.remove(maker))
                    where = f"{kernel.text(values)} in {function.name}"
                    yield Site(where=where, edits=tuple(edits))


def _one_hot(
    function: ast.FunctionDef, mask: ast.expr, values: ast.expr
) -> tuple[str, str, ast.Assign | None] | None:
    """Read `zeros_like(values).scatter(dim, index, 1.0)`, given directly or by name."""
    maker = None
    if isinstance(mask, ast.Name):
        maker = definition(function, mask.id)
        if maker is None or len(loads(function, mask.id)) != 1:
            return None
        mask = maker.value
    if not isinstance(mask, ast.Call) or call_name(mask) not in ("scatter", "scatter_"):
        return None
    zeros = receiver(mask)
    if len(mask.args) != 3 or not isinstance(zeros, ast.Call) or call_name(zeros) != "zeros_like":
        return None
    one = isinstance(mask.args[2], ast.Constant) and mask.args[2].value == 1
    if not one or not zeros.args or not same(zeros.args[0], values):
        return None
    return ast.unparse(mask.args[0]), ast.unparse(mask.args[1]), maker


def _scatter_in_place(kernel: Kernel) -> Iterator[Site]:
    for function in torch_functions(kernel):
        edits = []
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and call_name(node) in ("scatter", "masked_fill"):
                made = receiver(node)
                if call_name(made or node) in ("zeros_like", "zeros") and is_torch_call(
                    made or node
                ):
                    assert isinstance(node.func, ast.Attribute)
                    _, end = kernel.span(node.func)
                    edits.append(Edit(start=end, end=end, text="_"))
        if edits:
            yield Site(where=f"{len(edits)} places in {function.name}", edits=tuple(edits))


RECIPES = (
    Recipe(
        name="unsorted topk",
        reason="the order of the selection is never read",
        exact=False,
        find=_unsorted,
    ),
    Recipe(
        name="scatter the product",
        reason="only chosen entries are multiplied and written",
        exact=True,
        find=_masked_product,
    ),
    Recipe(
        name="scatter in place",
        reason="a new zero tensor is filled, not copied",
        exact=True,
        weight=0.6,
        find=_scatter_in_place,
    ),
)
