"""Write results over temporaries that nobody reads again."""

import ast
import copy
from collections.abc import Iterator

from fie_engine.propose.recipes.accumulate import accumulation
from fie_engine.propose.recipes.base import Recipe, Site
from fie_engine.propose.recipes.flow import (
    call_name,
    definition,
    is_torch_function,
    keyword,
    operands,
    same,
)
from fie_engine.propose.recipes.values import ARITHMETIC, disposable, is_tensor
from fie_engine.propose.splice import Kernel

METHODS = {ast.Add: "add_", ast.Sub: "sub_", ast.Mult: "mul_", ast.Div: "div_"}


class _Overwrite(ast.NodeTransformer):
    """Turns a + b into a.add_(b) where a is a temporary of its own."""

    def __init__(self, kernel: Kernel, function: ast.FunctionDef) -> None:
        self.kernel = kernel
        self.function = function
        self.changes = 0

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        left, right = node.left, node.right
        overwritten = self._overwritten(node)
        new_left, new_right = self.visit(left), self.visit(right)
        if overwritten is None:
            return ast.BinOp(left=new_left, op=node.op, right=new_right)
        self.changes += 1
        target, other = (new_left, new_right) if overwritten is left else (new_right, new_left)
        method = METHODS[type(node.op)]
        target = _copying(target)
        return ast.Call(
            func=ast.Attribute(value=target, attr=method, ctx=ast.Load()),
            args=[other],
            keywords=[],
        )

    def _overwritten(self, node: ast.BinOp) -> ast.expr | None:
        if type(node.op) not in METHODS or not isinstance(node.op, ARITHMETIC):
            return None
        if self._may_overwrite(node.left) and not self._wider(node.right, node.left):
            return node.left
        commutes = isinstance(node.op, ast.Add | ast.Mult)
        if commutes and self._may_overwrite(node.right) and self._fits(node.left, node.right):
            return node.right
        return None

    def _fits(self, other: ast.expr, node: ast.expr) -> bool:
        """Return whether `other` surely broadcasts into a temporary."""
        if isinstance(other, ast.Constant) or (_thin(other) and not _thin(node)):
            return True
        if isinstance(node, ast.Name):
            maker = definition(self.function, node.id)
            node = maker.value if maker is not None else node
        derived = any(same(part, other) for part in ast.walk(node))
        return derived and keyword_of(node) is None and not _thin(node)

    def _may_overwrite(self, node: ast.expr) -> bool:
        if not is_tensor(self.kernel, self.function, node):
            return False
        return _converted(node) or disposable(self.kernel, self.function, node)

    def _wider(self, other: ast.expr, node: ast.expr) -> bool:
        """Return whether `other` may be the larger operand of the two."""
        return _thin(node) and not isinstance(other, ast.Constant) and not _thin(other)


def _thin(node: ast.expr) -> bool:
    """Return whether an operand is written as a column or row that will be broadcast."""
    if isinstance(node, ast.BinOp):
        return all(
            _thin(side) or isinstance(side, ast.Constant) for side in (node.left, node.right)
        )
    if call_name(node) in ("unsqueeze", "rsqrt", "sqrt", "reciprocal"):
        inner = operands(node)[0] if isinstance(node, ast.Call) and operands(node) else None
        return call_name(node) == "unsqueeze" or (inner is not None and _thin(inner))
    if isinstance(node, ast.Subscript):
        return any(isinstance(item, ast.Constant) and item.value is None for item in ast.walk(node))
    return isinstance(node, ast.Call) and keyword(node, "keepdim") is not None


def _converted(node: ast.expr) -> bool:
    """Return whether this is `x.to(dtype)`: a copy as soon as it's asked to be one."""
    return (
        isinstance(node, ast.Call)
        and call_name(node) == "to"
        and len(node.args) == 1
        and not node.keywords
        and ast.unparse(node.args[0]).startswith("torch.")
        and "device" not in ast.unparse(node.args[0])
    )


def keyword_of(node: ast.expr) -> ast.expr | None:
    """Return a call's `dim`: a temporary that was reduced along it is smaller than its source."""
    return keyword(node, "dim") if isinstance(node, ast.Call) else None


def _copying(node: ast.expr) -> ast.expr:
    if _converted(node) and isinstance(node, ast.Call):
        node.keywords = [ast.keyword(arg="copy", value=ast.Constant(value=True))]
    return node


def _overwrite(kernel: Kernel) -> Iterator[Site]:
    for function in kernel.functions:
        if not is_torch_function(function):
            continue
        edits, count = [], 0
        for value in _values(function):
            change = _Overwrite(kernel, function)
            text = ast.unparse(change.visit(copy.deepcopy(value)))
            if change.changes:
                edits.append(kernel.replace(value, text))
                count += change.changes
        if edits:
            yield Site(where=f"{count} places in {function.name}", edits=tuple(edits))


def _values(function: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and (summed := accumulation(node)) is not None:
            # The running total itself must stay recognisable, and stay one tensor.
            yield summed.value
            continue
        if isinstance(node, ast.Assign | ast.Return | ast.AugAssign | ast.Expr) and node.value:
            if not isinstance(node.value, ast.Constant):
                yield node.value


IN_PLACE = Recipe(
    name="overwrite temporaries",
    reason="a result written over a temporary needs no new memory",
    exact=True,
    find=_overwrite,
)
RECIPES = (IN_PLACE,)
