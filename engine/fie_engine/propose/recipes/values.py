"""Which expressions are tensors of their own, pure, or zero when a factor is zero."""

import ast

from fie_engine.propose.recipes.flow import (
    ALLOCATING,
    HARMLESS,
    VIEWS,
    call_name,
    definition,
    keyword,
    loads,
    operands,
    receiver,
)
from fie_engine.propose.splice import Kernel

ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)


def local_function(kernel: Kernel, node: ast.Call) -> ast.FunctionDef | None:
    """Return the file's own function that a call calls."""
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    return next((item for item in kernel.functions if item.name == name), None)


def pure(kernel: Kernel, node: ast.AST, depth: int = 4) -> bool:
    """Return whether evaluating this has no effect but its value."""
    for call in (item for item in ast.walk(node) if isinstance(item, ast.Call)):
        name = call_name(call)
        if keyword(call, "out") is not None:
            return False
        if (function := local_function(kernel, call)) is not None:
            if depth == 0 or not pure_function(kernel, function, depth - 1):
                return False
        elif name.endswith("_") and not name.startswith("_"):
            if not own_memory(kernel, kernel.owner(call), receiver(call)):
                return False
        elif name not in HARMLESS:
            return False
    return True


def pure_function(kernel: Kernel, function: ast.FunctionDef, depth: int) -> bool:
    """Return whether a function only computes; writes to its own temporaries are allowed."""
    for node in ast.walk(function):
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            return False
        if isinstance(node, ast.Global | ast.Nonlocal | ast.Yield | ast.Await | ast.With):
            return False
    return all(pure(kernel, statement, depth) for statement in function.body)


def own_memory(kernel: Kernel, function: ast.FunctionDef | None, node: ast.expr | None) -> bool:
    """Return whether an expression's memory belongs to a temporary made in this function."""
    if isinstance(node, ast.Name) and function is not None:
        value = definition(function, node.id)
        return value is not None and own_memory(kernel, function, value.value)
    if isinstance(node, ast.Call) and _passes_on(call_name(node)):
        if keyword(node, "copy") is None:
            return own_memory(kernel, function, receiver(node))
    return node is not None and allocated(kernel, function, node)


def _passes_on(name: str) -> bool:
    """Return whether a method's result is its receiver's memory, or else new."""
    return name in VIEWS or name in ("to", "float") or name.endswith("_")


def allocated(kernel: Kernel, function: ast.FunctionDef | None, node: ast.expr) -> bool:
    """Return whether an expression makes a new tensor that nothing else refers to."""
    if isinstance(node, ast.BinOp):
        sides = (node.left, node.right)
        return isinstance(node.op, ARITHMETIC) and any(
            is_tensor(kernel, function, side) for side in sides
        )
    if isinstance(node, ast.Attribute):
        return node.attr in VIEWS and allocated(kernel, function, node.value)
    if not isinstance(node, ast.Call):
        return False
    name = call_name(node)
    if _passes_on(name):
        source = receiver(node)
        copied = name == "to" and keyword(node, "copy") is not None
        return copied or (source is not None and allocated(kernel, function, source))
    if (called := local_function(kernel, node)) is not None:
        return returns_new(kernel, called)
    tensor_method = isinstance(node.func, ast.Attribute)
    return tensor_method and name in ALLOCATING and keyword(node, "out") is None


def returns_new(kernel: Kernel, function: ast.FunctionDef) -> bool:
    """Return whether every return of a function hands out a tensor of its own."""
    values = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    return bool(values) and all(
        value is not None and own_memory(kernel, function, value) for value in values
    )


def is_tensor(kernel: Kernel, function: ast.FunctionDef | None, node: ast.expr) -> bool:
    """Return whether an expression is surely a tensor; unsure ones are not."""
    if isinstance(node, ast.Name):
        value = definition(function, node.id) if function is not None else None
        return value is not None and is_tensor(kernel, function, value.value)
    if isinstance(node, ast.BinOp):
        return is_tensor(kernel, function, node.left) or is_tensor(kernel, function, node.right)
    if isinstance(node, ast.Subscript | ast.Attribute):
        return is_tensor(kernel, function, node.value)
    if isinstance(node, ast.Call):
        if local_function(kernel, node) is not None or call_name(node) in ("tolist", "item"):
            return (
                False
                if call_name(node) in ("tolist", "item")
                else allocated(kernel, function, node)
            )
        known = ALLOCATING | VIEWS | {"to", "float", "reshape", "contiguous"}
        return isinstance(node.func, ast.Attribute) and call_name(node) in known
    return False


def disposable(kernel: Kernel, function: ast.FunctionDef, node: ast.expr) -> bool:
    """Return whether an expression's tensor may be overwritten: its own, and read only here."""
    if isinstance(node, ast.Name):
        value = definition(function, node.id)
        if value is None or len(loads(function, node.id)) != 1:
            return False
        together = loop_of(kernel, value) is loop_of(kernel, loads(function, node.id)[0])
        return together and allocated(kernel, function, value.value)
    return allocated(kernel, function, node)


def loop_of(kernel: Kernel, node: ast.AST) -> ast.AST | None:
    """Return the innermost loop around a node inside its function."""
    for outer in kernel.outward(node):
        if isinstance(outer, ast.For | ast.While):
            return outer
        if isinstance(outer, ast.FunctionDef):
            return None
    return None


def vanishes(loop: ast.For, node: ast.expr, weight: str) -> bool:
    """Return whether a value is all zero whenever the weight is."""
    if isinstance(node, ast.Name):
        if node.id == weight:
            return True
        value = next((item for item in assigned(loop) if item[0] == node.id), None)
        return value is not None and vanishes(loop, value[1], weight)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.MatMult):
        return vanishes(loop, node.left, weight) or vanishes(loop, node.right, weight)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return vanishes(loop, node.left, weight)
    if isinstance(node, ast.Subscript):
        return vanishes(loop, node.value, weight)
    if isinstance(node, ast.Call):
        name = call_name(node)
        if name in ("mul", "mul_", "matmul", "mm"):
            return any(vanishes(loop, item, weight) for item in operands(node))
        source = receiver(node)
        keeps = name in VIEWS or name in ("to", "float", "reshape", "expand", "div_", "div")
        return keeps and source is not None and vanishes(loop, source, weight)
    return False


def assigned(loop: ast.For) -> list[tuple[str, ast.expr]]:
    """Return name and value of each plain assignment directly in a loop's body."""
    return [
        (node.targets[0].id, node.value)
        for node in loop.body
        if isinstance(node, ast.Assign)
        and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Name)
    ]
