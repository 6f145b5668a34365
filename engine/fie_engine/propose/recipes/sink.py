"""Produce inside a loop what each of its turns needs, instead of everything before it."""

import ast
from collections.abc import Iterator

from fie_engine.propose.recipes.base import Recipe, Site
from fie_engine.propose.recipes.flow import (
    ELEMENTWISE,
    call_name,
    definition,
    is_torch_function,
    keyword,
    loads,
    mutated,
    names_bound,
    names_read,
    operands,
    parameters,
)
from fie_engine.propose.recipes.loops import counting_loops
from fie_engine.propose.recipes.values import local_function, pure
from fie_engine.propose.splice import Kernel


def _sink(kernel: Kernel) -> Iterator[Site]:
    for function, loop, index in counting_loops(kernel):
        if call_name(loop.iter) == "enumerate":
            continue
        for statement in function.body:
            if not isinstance(statement, ast.Assign) or statement.lineno >= loop.lineno:
                continue
            target = statement.targets[0]
            if isinstance(target, ast.Name) and definition(function, target.id) is statement:
                site = _sink_one(kernel, function, loop, index, statement, target.id)
                if site is not None:
                    yield site


def _sink_one(
    kernel: Kernel,
    function: ast.FunctionDef,
    loop: ast.For,
    index: str,
    producer: ast.Assign,
    name: str,
) -> Site | None:
    uses = [kernel.parents[node] for node in loads(function, name)]
    if not uses or not all(_indexed_by(use, index, loop, kernel) for use in uses):
        return None
    item = item_of(kernel, producer.value, index)
    if item is None or not _still_valid(kernel, function, producer):
        return None
    edits = [kernel.remove(producer)]
    if len(uses) == 1:
        edits.append(kernel.replace(_expr(uses[0]), item))
    else:
        fresh = kernel.fresh(f"{name}_{index}")
        edits += [kernel.replace(_expr(use), fresh) for use in uses]
        first = next(node for node in loop.body if loads(node, name))
        edits.append(kernel.before(first, f"{fresh} = {item}"))
    return Site(where=f"{name} in {function.name}", edits=tuple(edits))


def _expr(node: ast.AST) -> ast.expr:
    if not isinstance(node, ast.expr):
        raise TypeError(f"{type(node).__name__} is no expression")
    return node


def _indexed_by(use: ast.AST, index: str, loop: ast.For, kernel: Kernel) -> bool:
    if not isinstance(use, ast.Subscript) or loop not in kernel.outward(use):
        return False
    return isinstance(use.slice, ast.Name) and use.slice.id == index


def _still_valid(kernel: Kernel, function: ast.FunctionDef, producer: ast.Assign) -> bool:
    """Return whether the producer's inputs never change after it."""
    if not pure(kernel, producer.value):
        return False
    inputs = names_read(producer.value) - {"torch"}
    later = [node for node in function.body if node.lineno > producer.lineno]
    return not inputs & (names_bound(later) | mutated(later))


def item_of(kernel: Kernel, value: ast.expr, index: str) -> str | None:
    """Return the text that computes item `index` of a whole-batch value; None where unknown."""
    if isinstance(value, ast.Call) and (called := local_function(kernel, value)) is not None:
        if value.keywords or not _batch_independent(kernel, called):
            return None
        items = [_item_argument(argument, index) for argument in value.args]
        if None in items:
            return None
        return f"{called.name}({', '.join(str(item) for item in items)})"
    if isinstance(value, ast.Call) and call_name(value) in ("to", "float", "bfloat16", "half"):
        source = value.func.value if isinstance(value.func, ast.Attribute) else None
        if isinstance(source, ast.Name) and source.id != "torch":
            start, _ = kernel.span(source)
            _, end = kernel.span(value)
            suffix = kernel.data[start + len(source.id) : end].decode()
            return f"{source.id}[{index}]{suffix}"
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Mult | ast.Add | ast.Sub):
        if isinstance(value.left, ast.Name) and isinstance(value.right, ast.Constant):
            operator = {ast.Mult: "*", ast.Add: "+", ast.Sub: "-"}[type(value.op)]
            return f"({value.left.id}[{index}] {operator} {kernel.text(value.right)})"
    return None


def _item_argument(argument: ast.expr, index: str) -> str | None:
    if isinstance(argument, ast.Constant):
        return ast.unparse(argument)
    return f"{argument.id}[{index}]" if isinstance(argument, ast.Name) else None


def _batch_independent(kernel: Kernel, function: ast.FunctionDef) -> bool:
    """Return whether a function treats every item of the leading dimension alone.

    Its body may only work element by element, or along dimensions counted from the end.
    """
    if not is_torch_function(function) or not pure(kernel, ast.Module(function.body, [])):
        return False
    allowed = (ast.Assign, ast.Return, ast.Expr, ast.If)
    if not all(isinstance(statement, allowed) for statement in function.body):
        return False
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    if not any(name in parameters(function) for name in names_read(function)):
        return False
    return all(_along_last_dimensions(kernel, call) for call in calls) and not any(
        isinstance(node, ast.Subscript) for node in ast.walk(function)
    )


def _along_last_dimensions(kernel: Kernel, call: ast.Call) -> bool:
    name = call_name(call)
    if name.rstrip("_") in ELEMENTWISE or name == "new_tensor":
        return True
    if (called := local_function(kernel, call)) is not None:
        return called.name.startswith("widen_") or _batch_independent(kernel, called)
    numbers = [*operands(call)[1:], *(item.value for item in call.keywords)]
    if name in ("flatten", "transpose"):
        return bool(numbers) and all(_from_the_end(number) for number in numbers)
    dimension = keyword(call, "dim")
    if dimension is None and name in ("unflatten", "unsqueeze", "sum", "mean", "amax", "softmax"):
        dimension = numbers[0] if numbers else None
    if dimension is None and name == "repeat_interleave" and len(numbers) > 1:
        dimension = numbers[1]
    return dimension is not None and _from_the_end(dimension)


def _from_the_end(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)


SINK = Recipe(
    name="produce inside the loop",
    reason="only the item that a turn needs is computed, and it stays in the cache",
    exact=True,
    weight=5.0,
    find=_sink,
)
RECIPES = (SINK,)
