"""Fewer masks in Triton loads: indices that wrap around stay inside the tensor."""

import ast
from collections.abc import Iterator

from fie_engine.propose.recipes.base import Recipe, Site
from fie_engine.propose.recipes.flow import call_name, dotted, loads
from fie_engine.propose.recipes.triton_code import jitted
from fie_engine.propose.splice import Kernel


def _wrapped(kernel: Kernel) -> Iterator[Site]:
    """Precondition: an index `r` whose bound masks loads and, still, a store."""
    for function in jitted(kernel):
        masks = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                masks[node.targets[0].id] = node
        for name, maker in masks.items():
            parts = _conjuncts(maker.value)
            bounded = [part for part in parts if _bound(part) is not None]
            if len(parts) < 2 or not _only_loads_feeding_dot(kernel, function, name):
                continue
            for part in bounded:
                yield from _wrap_one(kernel, function, maker, part, parts)


def _conjuncts(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
        return [*_conjuncts(node.left), *_conjuncts(node.right)]
    return [node]


def _bound(node: ast.expr) -> tuple[str, str] | None:
    """Read `r[:, None] < m` as (r, m)."""
    match node:
        case ast.Compare(
            left=ast.Subscript(value=ast.Name(id=index)),
            ops=[ast.Lt()],
            comparators=[ast.Name(id=limit)],
        ):
            return index, limit
    return None


def _only_loads_feeding_dot(kernel: Kernel, function: ast.FunctionDef, mask: str) -> bool:
    for use in loads(function, mask):
        parent = kernel.parents[use]
        call = kernel.parents[parent] if isinstance(parent, ast.keyword) else parent
        made = kernel.parents.get(call)
        if call_name(call) != "load" or not isinstance(made, ast.Assign):
            return False
        target = made.targets[0]
        if not isinstance(target, ast.Name):
            return False
        users = [kernel.parents[item] for item in loads(function, target.id)]
        if not users or any(call_name(user) != "dot" for user in users):
            return False
    return True


def _wrap_one(
    kernel: Kernel,
    function: ast.FunctionDef,
    maker: ast.Assign,
    part: ast.expr,
    parts: list[ast.expr],
) -> Iterator[Site]:
    bound = _bound(part)
    origin = bound and next(
        (
            node
            for node in function.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == bound[0]
        ),
        None,
    )
    if (
        bound is None
        or origin is None
        or not any(
            dotted(call.func) == "tl.program_id" or "grouped" in ast.unparse(origin.value)
            for call in ast.walk(origin.value)
            if isinstance(call, ast.Call)
        )
    ):
        return
    index, limit = bound
    mask = maker.targets[0]
    assert isinstance(mask, ast.Name)
    wrapped = kernel.fresh(f"{index}_wrapped")
    rest = " & ".join(f"({kernel.text(item)})" for item in parts if item is not part)
    edits = [
        kernel.after(origin, f"{wrapped} = {index} % {limit}"),
        kernel.replace(maker.value, rest),
    ]
    for use in loads(function, mask.id):
        load = next(node for node in kernel.outward(use) if call_name(node) == "load")
        assert isinstance(load, ast.Call)
        edits += [kernel.replace(name, wrapped) for name in loads(load.args[0], index)]
    yield Site(where=f"{index} in {function.name}", edits=tuple(edits))


RECIPES = (
    Recipe(
        name="wrapped indices",
        reason="an index taken modulo its bound needs no mask; the store is still masked",
        exact=True,
        find=_wrapped,
    ),
)
