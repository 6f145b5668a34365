"""Do less in a loop: skip turns that add nothing, take out what no turn changes."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fie_engine.propose.recipes.accumulate import Accumulation, accumulation
from fie_engine.propose.recipes.base import Recipe, Site
from fie_engine.propose.recipes.flow import (
    bindings,
    call_name,
    definition,
    is_torch_function,
    loads,
    mutated,
    names_bound,
    names_read,
)
from fie_engine.propose.recipes.values import assigned, pure, vanishes
from fie_engine.propose.splice import Kernel
from fie_evaluator.syntax import parsed


def counting_loops(kernel: Kernel) -> Iterator[tuple[ast.FunctionDef, ast.For, str]]:
    """Yield each `for name in ...:` of plain Python functions, with its function."""
    for function in kernel.functions:
        if not is_torch_function(function):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.For) and isinstance(node.target, ast.Name) and not node.orelse:
                yield function, node, node.target.id


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedLoop:
    """A loop whose every effect is scaled by a weight that each turn looks up."""

    function: ast.FunctionDef
    loop: ast.For
    index: str
    weight: str
    lookup: ast.Assign
    sums: tuple[Accumulation, ...]


def weighted_loops(kernel: Kernel) -> Iterator[WeightedLoop]:
    """Yield loops in which a turn whose weight is all zero changes nothing."""
    for function, loop, index in counting_loops(kernel):
        sums = tuple(found for node in loop.body if (found := accumulation(node)) is not None)
        if not sums or not _only_sums(kernel, function, loop, sums):
            continue
        for statement in loop.body:
            name = weight_name(statement)
            if name and all(vanishes(loop, found.value, name) for found in sums):
                assert isinstance(statement, ast.Assign)
                yield WeightedLoop(
                    function=function,
                    loop=loop,
                    index=index,
                    weight=name,
                    lookup=statement,
                    sums=sums,
                )
                break


def weight_name(statement: ast.stmt) -> str:
    """Return x for `x = table[...]`, "" for any other statement."""
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Subscript):
        target = statement.targets[0]
        return target.id if isinstance(target, ast.Name) else ""
    return ""


def _only_sums(
    kernel: Kernel, function: ast.FunctionDef, loop: ast.For, sums: tuple[Accumulation, ...]
) -> bool:
    summing = {id(found.statement) for found in sums}
    plain = [node for node in loop.body if id(node) not in summing and guard_of(node) is None]
    names = {name for name, _ in assigned(loop)} - {found.total for found in sums}
    if len(plain) != sum(1 for node in plain if isinstance(node, ast.Assign)):
        return False
    inside = sum(len(loads(node, name)) for node in loop.body for name in names)
    everywhere = sum(len(loads(function, name)) for name in names)
    once = all(len(bindings(function, name)) == 1 for name in names)
    return (
        inside == everywhere
        and once
        and all(
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and pure(kernel, node.value)
            for node in plain
        )
    )


def guard_of(statement: ast.stmt) -> str | None:
    """Return x for `if not x.any(): continue`."""
    match statement:
        case ast.If(
            test=ast.UnaryOp(
                op=ast.Not(),
                operand=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="any")),
            ),
            body=[ast.Continue()],
            orelse=[],
        ):
            return name
    return None


def _guarded(found: WeightedLoop) -> bool:
    return any(guard_of(node) == found.weight for node in found.loop.body)


def _skip(kernel: Kernel) -> Iterator[Site]:
    for found in weighted_loops(kernel):
        if _guarded(found) or _only_hits(found.loop):
            continue
        lines = (f"if not {found.weight}.any():", "    continue")
        yield Site(
            where=f"{found.weight} in {found.function.name}",
            edits=(kernel.after(found.lookup, *lines),),
        )


def _only_hits(loop: ast.For) -> bool:
    return any(call_name(node) == "nonzero" for node in ast.walk(loop.iter))


def _hits(kernel: Kernel) -> Iterator[Site]:
    for found in weighted_loops(kernel):
        columns = _columns(kernel, found)
        if columns is None:
            continue
        first, text = columns
        hits = f"{text}.any(dim=0).nonzero().flatten()"
        numbers = hits if first == "0" else f"({hits} + {first})"
        edits = [kernel.replace(found.loop.iter, f"{numbers}.tolist()")]
        guards = [node for node in found.loop.body if guard_of(node) == found.weight]
        edits += [kernel.remove(node) for node in guards]
        yield Site(where=f"{found.index} in {found.function.name}", edits=tuple(edits))


def _columns(kernel: Kernel, found: WeightedLoop) -> tuple[str, str] | None:
    """Return the loop's first number, and the slice of all columns that it looks up."""
    bounds = found.loop.iter
    if not isinstance(bounds, ast.Call) or call_name(bounds) != "range" or len(bounds.args) > 2:
        return None
    low, high = ["0", *map(kernel.text, bounds.args)][-2:]
    lookup = found.lookup.value
    if not isinstance(lookup, ast.Subscript) or not isinstance(lookup.slice, ast.Tuple):
        return None
    everything, column = (lookup.slice.elts + [lookup.slice])[:2]
    table = names_read(lookup.value)
    if not isinstance(everything, ast.Slice) or everything.lower or everything.upper:
        return None
    if table & names_bound(found.loop) or len(lookup.slice.elts) != 2:
        return None
    if not _shifted(column, found.index) or names_read(column) & (names_bound(found.loop.body)):
        return None
    start, end = (_substitute(column, found.index, bound) for bound in (low, high))
    return low, f"{kernel.operand(lookup.value)}[:, {start}:{end}]"


def _shifted(column: ast.expr, index: str) -> bool:
    """Return whether a column number is the loop's index plus something else."""
    if isinstance(column, ast.Name):
        return column.id == index
    if not isinstance(column, ast.BinOp) or not isinstance(column.op, ast.Add):
        return False
    inside = [index in names_read(side) for side in (column.left, column.right)]
    side = column.left if inside[0] else column.right
    return inside.count(True) == 1 and _shifted(side, index)


def _substitute(column: ast.expr, index: str, bound: str) -> str:
    class Put(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return parsed(bound, mode="eval").body if node.id == index else node

    copy = parsed(ast.unparse(column), mode="eval")
    text = ast.unparse(Put().visit(copy))
    return text.removesuffix(" + 0")


def _hoist(kernel: Kernel) -> Iterator[Site]:
    for function, loop, _ in counting_loops(kernel):
        changing = names_bound(loop) | mutated(loop)
        for statement in loop.body:
            if not isinstance(statement, ast.Assign) or not pure(kernel, statement.value):
                continue
            target = statement.targets[0]
            if not isinstance(target, ast.Name) or definition(function, target.id) is None:
                continue
            if names_read(statement.value) & changing or target.id in mutated(loop):
                continue
            text = kernel.text(statement)
            edits = (kernel.remove(statement), kernel.before(loop, text))
            if len(loop.body) > 1:
                yield Site(where=f"{target.id} in {function.name}", edits=edits)


SKIP = Recipe(
    name="skip zero weights",
    reason="a turn whose weight is all zero adds nothing",
    exact=True,
    weight=5.0,
    find=_skip,
)
HITS = Recipe(
    name="visit only what is hit",
    reason="the loop runs over the columns that hold a weight, found in one pass",
    exact=True,
    weight=4.0,
    find=_hits,
)
HOIST = Recipe(
    name="hoist out of the loop",
    reason="what no turn changes is computed once",
    exact=True,
    find=_hoist,
)
RECIPES = (SKIP, HITS, HOIST)
