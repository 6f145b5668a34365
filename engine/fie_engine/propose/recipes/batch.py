"""Turn a loop over rows into one pass over the whole tensor, and tidy what is left of it."""

import ast
import copy
from collections.abc import Iterator

from fie_engine.propose.recipes.base import Recipe, Site
from fie_engine.propose.recipes.flow import (
    ELEMENTWISE,
    call_name,
    definition,
    is_torch_call,
    is_torch_function,
    keyword,
    loads,
    names_bound,
    names_read,
    operands,
    receiver,
)
from fie_engine.propose.recipes.loops import counting_loops
from fie_engine.propose.recipes.values import allocated, pure
from fie_engine.propose.splice import Kernel
from fie_evaluator.syntax import parsed

REDUCTIONS = {"sum": "sum", "mean": "mean", "max": "amax", "min": "amin", "amax": "amax"}
"Reductions of a whole row, and their names when they keep the row's axis."


class CannotBatch(Exception):
    """A statement of the loop isn't known to treat rows alone."""


class _Batched(ast.NodeTransformer):
    """Rewrites the work on row `index` into the same work on all rows."""

    def __init__(self, index: str) -> None:
        self.index = index
        self.by_row: set[str] = set()

    def carries_rows(self, node: ast.AST) -> bool:
        return bool(names_read(node) & (self.by_row | {self.index}))

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id == self.index:
            raise CannotBatch
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        row = isinstance(node.slice, ast.Name) and node.slice.id == self.index
        if row and isinstance(node.value, ast.Name) and not self.carries_rows(node.value):
            return node.value
        if self.carries_rows(node):
            raise CannotBatch
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if self.carries_rows(node):
            raise CannotBatch
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        if not self.carries_rows(node):
            return node
        name, whole = call_name(node), receiver(node)
        if name in REDUCTIONS and whole is not None and len(operands(node)) == 1:
            if node.keywords or not self.carries_rows(whole):
                raise CannotBatch
            return _along_rows(REDUCTIONS[name], self.visit(whole))
        if name not in ELEMENTWISE or not isinstance(node.func, ast.Attribute):
            raise CannotBatch
        if not is_torch_call(node):
            node.func.value = self.visit(node.func.value)
        node.args = [self.visit(argument) for argument in node.args]
        return node


def _along_rows(name: str, value: ast.expr) -> ast.expr:
    call = parsed(f"x.{name}(dim=-1, keepdim=True)", mode="eval").body
    assert isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
    call.func.value = value
    return call


def _batch(kernel: Kernel) -> Iterator[Site]:
    for function, loop, index in counting_loops(kernel):
        if not _over_all_rows(function, loop):
            continue
        try:
            lines = _batched_lines(loop, index)
        except CannotBatch:
            continue
        inner = names_bound(loop)
        outside = sum(len(loads(function, name)) - len(loads(loop, name)) for name in inner)
        if outside == 0 and kernel.owner(loop) is function:
            edits = (kernel.before(loop, *lines), kernel.remove(loop))
            yield Site(where=f"{index} in {function.name}", edits=edits)


def _over_all_rows(function: ast.FunctionDef, loop: ast.For) -> bool:
    """Return whether a loop counts all rows of a tensor: range(x.shape[0]), or by its name."""
    if call_name(loop.iter) != "range" or not isinstance(loop.iter, ast.Call):
        return False
    if len(loop.iter.args) != 1:
        return False
    bound = loop.iter.args[0]
    if isinstance(bound, ast.Name):
        return any(_names_rows(node, bound.id) for node in ast.walk(function))
    return ast.unparse(bound).endswith(".shape[0]")


def _names_rows(node: ast.AST, name: str) -> bool:
    """Return whether this is `name = x.shape[0]` or `name, ... = x.shape`."""
    if not isinstance(node, ast.Assign):
        return False
    target, value = node.targets[0], ast.unparse(node.value)
    if isinstance(target, ast.Name):
        return target.id == name and (value.endswith((".shape[0]", ".size(0)")))
    if isinstance(target, ast.Tuple) and value.endswith((".shape", ".size()")):
        first = target.elts[0]
        return isinstance(first, ast.Name) and first.id == name
    return False


def _batched_lines(loop: ast.For, index: str) -> list[str]:
    change, lines = _Batched(index), []
    pending = names_bound(loop.body)
    for statement in loop.body:
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            raise CannotBatch
        target = statement.targets[0]
        if names_read(statement.value) & pending:
            raise CannotBatch  # it reads what the turn before left
        pending -= names_bound(target)
        value = ast.unparse(change.visit(copy.deepcopy(statement.value)))
        if isinstance(target, ast.Name):
            if change.carries_rows(statement.value):
                change.by_row.add(target.id)
            lines.append(f"{target.id} = {value}")
        elif isinstance(target, ast.Subscript) and ast.unparse(target.slice) == index:
            if not isinstance(target.value, ast.Name) or not change.carries_rows(statement.value):
                raise CannotBatch
            lines.append(f"{target.value.id}.copy_({value})")
        else:
            raise CannotBatch
    return lines


def _forward(kernel: Kernel) -> Iterator[Site]:
    """A new buffer whose first use is a copy of a value into all of it: use the value."""
    for function in kernel.functions:
        if not is_torch_function(function):
            continue
        for statement in function.body:
            match statement:
                case ast.Expr(
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Name(id=name), attr="copy_"), args=[value]
                    )
                ):
                    maker = definition(function, name)
                    if maker is None or not allocated(kernel, function, maker.value):
                        continue
                    first = min(loads(function, name), key=lambda node: node.lineno)
                    if kernel.parents[kernel.parents[first]] is statement.value and (
                        maker in function.body
                    ):
                        text = f"{name} = {kernel.text(value)}"
                        edits = (kernel.remove(maker), kernel.replace(statement, text))
                        yield Site(where=f"{name} in {function.name}", edits=edits)


def _unused(kernel: Kernel) -> Iterator[Site]:
    for function in kernel.functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                unread = definition(function, name) is node and not loads(function, name)
                block = getattr(kernel.parents[node], "body", [])
                if unread and len(block) > 1 and pure(kernel, node.value):
                    yield Site(where=f"{name} in {function.name}", edits=(kernel.remove(node),))


def _softmax(kernel: Kernel) -> Iterator[Site]:
    for function in kernel.functions:
        if not is_torch_function(function) or "torch" not in kernel.imports:
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
                exponent = _shares(function, node)
                if exponent is not None:
                    plain = _unshifted(function, exponent)
                    text = f"torch.softmax({kernel.text(plain)}, dim=-1)"
                    where = f"{kernel.text(plain)} in {function.name}"
                    yield Site(where=where, edits=(kernel.replace(node, text),))


def _named(function: ast.FunctionDef, node: ast.expr) -> ast.expr:
    """Return what a name with a single value stands for."""
    maker = definition(function, node.id) if isinstance(node, ast.Name) else None
    return node if maker is None else maker.value


def _shares(function: ast.FunctionDef, node: ast.BinOp) -> ast.expr | None:
    """Return x for exp(x) over the sum of the same along the last axis."""
    above, below = _named(function, node.left), _named(function, node.right)
    if call_name(above) != "exp" or call_name(below) != "sum" or not isinstance(below, ast.Call):
        return None
    dimension = keyword(below, "dim")
    summed = receiver(below)
    if summed is None or (dimension is not None and ast.unparse(dimension) != "-1"):
        return None
    if dimension is None and not _is_row(function, above):
        return None
    if ast.dump(_named(function, summed)) != ast.dump(above):
        return None
    return receiver(above)


def _is_row(function: ast.FunctionDef, node: ast.expr, depth: int = 4) -> bool:
    """Return whether a value is made of one row, x[row], so that summing it all is along it."""
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Name):
            return True
        if depth and isinstance(part, ast.Name):
            made = _named(function, part)
            if made is not part and _is_row(function, made, depth - 1):
                return True
    return False


def _unshifted(function: ast.FunctionDef, exponent: ast.expr) -> ast.expr:
    """Return x for x minus its own largest entry, which softmax subtracts anyway."""
    shifted = _named(function, exponent)
    if isinstance(shifted, ast.BinOp) and isinstance(shifted.op, ast.Sub):
        largest = _named(function, shifted.right)
        of = receiver(largest)
        if call_name(largest) in ("amax", "max") and of is not None:
            if ast.dump(of) == ast.dump(shifted.left):
                return shifted.left
    return exponent


RECIPES = (
    Recipe(
        name="all rows at once",
        reason="one call on the whole tensor instead of one per row",
        exact=False,
        weight=3.0,
        find=_batch,
    ),
    Recipe(
        name="no detour through a buffer",
        reason="a buffer that only takes a copy is left out",
        exact=True,
        find=_forward,
    ),
    Recipe(
        name="drop unused values",
        reason="what nobody reads needn't be computed",
        exact=True,
        find=_unused,
    ),
    Recipe(
        name="softmax",
        reason="exp(x) over its sum is one fused call",
        exact=False,
        weight=1.5,
        find=_softmax,
    ),
)
