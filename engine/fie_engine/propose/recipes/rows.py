"""Work only on the rows that carry a weight: gather them, compute, add them back."""

import ast
from collections.abc import Iterator

from fie_engine.propose.recipes.base import Recipe, Site
from fie_engine.propose.recipes.flow import (
    ELEMENTWISE,
    call_name,
    loads,
    names_bound,
    operands,
    receiver,
)
from fie_engine.propose.recipes.loops import WeightedLoop, weighted_loops
from fie_engine.propose.recipes.values import assigned
from fie_engine.propose.splice import Edit, Kernel
from fie_evaluator.syntax import parsed


class NotRowWise(Exception):
    """A value doesn't treat its leading dimension row by row, as far as can be told."""


class RowTrace:
    """Follows a contribution back to the tensors outside the loop that it reads by row."""

    def __init__(self, found: WeightedLoop) -> None:
        self.weight = found.weight
        self.values = dict(assigned(found.loop))
        self.bound = names_bound(found.loop.body)
        self.roots: list[ast.Name] = []
        self.passed: set[str] = set()

    def follow(self, node: ast.expr) -> None:
        """Trace one row-wise value; NotRowWise where it isn't surely one."""
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.BinOp):
            if isinstance(node.op, ast.MatMult):
                return self.follow(node.left)
            return self._elementwise([node.left, node.right])
        if isinstance(node, ast.Subscript):
            return self._columns(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        raise NotRowWise

    def _name(self, node: ast.Name) -> None:
        if node.id == self.weight or node.id in self.passed:
            return
        if node.id in self.values:
            self.passed.add(node.id)
            return self.follow(self.values[node.id])
        raise NotRowWise

    def _left_of_product(self, node: ast.expr) -> None:
        outside = isinstance(node, ast.Name) and node.id not in self.bound
        if isinstance(node, ast.Name) and outside:
            self.roots.append(node)
        elif call_name(node) == "to" and (source := receiver(node)) is not None:
            self._left_of_product(source)
        else:
            self.follow(node)

    def _call(self, node: ast.Call) -> None:
        name = call_name(node).rstrip("_")
        parts = operands(node)
        if name in ("matmul", "mm", "linear"):
            return self._left_of_product(parts[0])
        if name == "unsqueeze" or (name in ELEMENTWISE and name in ("to", "float", "where")):
            return self.follow(parts[0])
        if name in ELEMENTWISE:
            return self._elementwise(parts)
        raise NotRowWise

    def _elementwise(self, parts: list[ast.expr]) -> None:
        tensors = [part for part in parts if not isinstance(part, ast.Constant)]
        if not tensors:
            raise NotRowWise
        for part in tensors:
            if call_name(part) in ("matmul", "mm", "linear"):
                self.follow(part)
            else:
                self._scaled(part)

    def _scaled(self, node: ast.expr) -> None:
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            return
        self.follow(node)

    def _columns(self, node: ast.Subscript) -> None:
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
        whole = bool(parts) and isinstance(parts[0], ast.Slice)
        if not whole or ast.unparse(parts[0]) != ":":
            raise NotRowWise
        self.follow(node.value)


def _gather(kernel: Kernel) -> Iterator[Site]:
    for found in weighted_loops(kernel):
        if len(found.sums) != 1 or found.sums[0].rows is not None:
            continue
        trace = RowTrace(found)
        try:
            trace.follow(found.sums[0].value)
        except NotRowWise:
            continue
        if trace.roots and _closed(found, trace):
            edits = _edits(kernel, found, trace)
            yield Site(where=f"{found.weight} in {found.function.name}", edits=edits)


def _closed(found: WeightedLoop, trace: RowTrace) -> bool:
    """Return whether every row-wise value is used only to make the contribution."""
    values = set(trace.passed)
    summing = found.sums[0].total
    others = [
        value for name, value in assigned(found.loop) if name not in values and name != summing
    ]
    return not any(loads(value, name) for value in others for name in values)


def _edits(kernel: Kernel, found: WeightedLoop, trace: RowTrace) -> tuple[Edit, ...]:
    rows, weight = kernel.fresh("rows"), kernel.fresh(f"{found.weight}_of_rows")
    total = found.sums[0]
    guard = _insert_after(found)
    define = (f"{rows} = {found.weight}.nonzero().flatten()", f"{weight} = {found.weight}[{rows}]")
    edits = [kernel.after(guard, *define)]
    edits += [kernel.replace(root, f"{root.id}[{rows}]") for root in trace.roots]
    value = kernel.text(total.value)
    inner = _renamed(total.value, found.weight, weight)
    for name, expression in assigned(found.loop):
        if name in trace.passed:
            edits += [kernel.replace(node, weight) for node in loads(expression, found.weight)]
    text = f"{total.total}.index_add_(0, {rows}, {inner or value})"
    return (*edits, kernel.replace(total.statement, text))


def _insert_after(found: WeightedLoop) -> ast.stmt:
    """Return the statement under which the rows are known: the lookup, or its guard."""
    body = found.loop.body
    place = body.index(found.lookup)
    following = body[place + 1] if place + 1 < len(body) else found.lookup
    return following if isinstance(following, ast.If) else found.lookup


def _renamed(node: ast.expr, old: str, new: str) -> str:
    class Rename(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.Name:
            return ast.Name(id=new if name.id == old else name.id, ctx=name.ctx)

    return ast.unparse(Rename().visit(parsed(ast.unparse(node), mode="eval")))


GATHER = Recipe(
    name="gather the weighted rows",
    reason="rows whose weight is zero are left out of every product",
    exact=False,
    weight=3.0,
    find=_gather,
)
RECIPES = (GATHER,)
