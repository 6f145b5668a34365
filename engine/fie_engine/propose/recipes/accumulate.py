"""A loop that adds one contribution per turn: how it is recognised, and cheaper ways to add."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fie_engine.propose.recipes.base import Recipe, Site
from fie_engine.propose.recipes.flow import call_name, is_torch_function, operands
from fie_engine.propose.recipes.values import own_memory
from fie_engine.propose.splice import Kernel


@dataclass(frozen=True, slots=True, kw_only=True)
class Accumulation:
    """A statement that adds a value to a running total."""

    statement: ast.stmt
    total: str
    value: ast.expr
    rows: ast.expr | None = None
    "The row numbers that are added to, for index_add_."


def accumulation(statement: ast.stmt) -> Accumulation | None:
    """Read a statement as `total += value`, in any of its spellings."""
    if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add):
        if isinstance(statement.target, ast.Name):
            return Accumulation(
                statement=statement, total=statement.target.id, value=statement.value
            )
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.BinOp):
        return _plain_sum(statement, statement.value)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return _method_sum(statement, statement.value)
    return None


def _plain_sum(statement: ast.Assign, value: ast.BinOp) -> Accumulation | None:
    target = statement.targets[0]
    if len(statement.targets) != 1 or not isinstance(target, ast.Name):
        return None
    if not isinstance(value.op, ast.Add):
        return None
    for total, added in ((value.left, value.right), (value.right, value.left)):
        if isinstance(total, ast.Name) and total.id == target.id:
            return Accumulation(statement=statement, total=target.id, value=added)
    return None


def _method_sum(statement: ast.Expr, call: ast.Call) -> Accumulation | None:
    parts = operands(call)
    if not parts or not isinstance(parts[0], ast.Name) or call.keywords:
        return None
    match call_name(call), parts:
        case "add_", [ast.Name(id=total), value]:
            return Accumulation(statement=statement, total=total, value=value)
        case "addcmul_", [ast.Name(id=total), left, right]:
            value = ast.BinOp(left=left, op=ast.Mult(), right=right)
            return Accumulation(statement=statement, total=total, value=value)
        case "index_add_", [ast.Name(id=total), ast.Constant(value=0), rows, value]:
            return Accumulation(statement=statement, total=total, value=value, rows=rows)
    return None


def _in_loops(kernel: Kernel) -> Iterator[tuple[ast.FunctionDef, Accumulation]]:
    for function in filter(is_torch_function, kernel.functions):
        for loop in (node for node in ast.walk(function) if isinstance(node, ast.For)):
            for statement in loop.body:
                if (found := accumulation(statement)) is not None:
                    yield function, found


def _owned(kernel: Kernel, function: ast.FunctionDef, total: str) -> bool:
    """Return whether a total starts as a tensor made in this function outside the loop."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id == total and accumulation(node) is None:
                return own_memory(kernel, function, node.value) and call_named_zeros(node.value)
    return False


def call_named_zeros(node: ast.expr) -> bool:
    """Return whether an expression is a tensor fresh from a factory such as torch.zeros."""
    return call_name(node) in ("zeros", "zeros_like", "new_zeros", "empty", "clone", "full")


def _sum_in_place(kernel: Kernel) -> Iterator[Site]:
    for function, found in _in_loops(kernel):
        if not isinstance(found.statement, ast.Assign) or not _owned(kernel, function, found.total):
            continue
        text = f"{found.total} += {kernel.text(found.value)}"
        yield Site(
            where=f"{found.total} in {function.name}",
            edits=(kernel.replace(found.statement, text),),
        )


def _fused_sum(kernel: Kernel) -> Iterator[Site]:
    for function, found in _in_loops(kernel):
        value = found.value
        if found.rows is not None or not _owned(kernel, function, found.total):
            continue
        if call_name(getattr(found.statement, "value", found.value)) == "addcmul_":
            continue
        if not isinstance(value, ast.BinOp) or not isinstance(value.op, ast.Mult):
            continue
        text = f"{found.total}.addcmul_({kernel.text(value.left)}, {kernel.text(value.right)})"
        yield Site(
            where=f"{found.total} in {function.name}",
            edits=(kernel.replace(found.statement, text),),
        )


SUM_IN_PLACE = Recipe(
    name="sum in place",
    reason="a running total that is written in place needs no new tensor per turn",
    exact=True,
    weight=0.6,
    find=_sum_in_place,
)
FUSED_SUM = Recipe(
    name="fused multiply-add",
    reason="addcmul_ multiplies and adds in one pass over memory",
    exact=False,
    weight=0.6,
    find=_fused_sum,
)
RECIPES = (SUM_IN_PLACE, FUSED_SUM)
