"""Block factors applied through a blocked view instead of an expanded copy."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fie_engine.propose.recipes.base import Recipe, Site
from fie_engine.propose.recipes.flow import (
    bindings,
    call_name,
    definition,
    is_torch_function,
    keyword,
    loads,
    mutated,
    names_read,
)
from fie_engine.propose.recipes.values import is_tensor
from fie_engine.propose.splice import Edit, Kernel


@dataclass(frozen=True, slots=True, kw_only=True)
class Expansion:
    """A tensor whose entries are repeated along some dimensions."""

    base: ast.expr
    repeats: tuple[tuple[int, str], ...]
    "Dimension and count of each repetition, in the order to open the dimensions."

    def opened(self, text: str) -> str:
        """Split each repeated dimension of a full-size tensor into blocks."""
        return text + "".join(f".unflatten({at}, (-1, {count}))" for at, count in self.repeats)

    def aligned(self, text: str) -> str:
        """Give a small tensor an axis of length one inside each block."""
        return text + "".join(f".unsqueeze({at if at < 0 else at + 1})" for at, _ in self.repeats)

    def closed(self, text: str) -> str:
        """Join what `opened` split."""
        pairs = [(at - 1, at) if at < 0 else (at, at + 1) for at, _ in reversed(self.repeats)]
        return text + "".join(f".flatten({first}, {second})" for first, second in pairs)


def expansion(kernel: Kernel, node: ast.expr) -> Expansion | None:
    """Read a chain of `.repeat_interleave(count, dim=constant)` calls."""
    repeats: dict[int, str] = {}
    while isinstance(node, ast.Call) and call_name(node) == "repeat_interleave":
        if not isinstance(node.func, ast.Attribute) or not node.args:
            return None
        at = _constant(keyword(node, "dim") or (node.args[1] if len(node.args) > 1 else None))
        if at is None or at in repeats or ast.unparse(node.func.value) == "torch":
            return None
        repeats[at] = kernel.text(node.args[0])
        node = node.func.value
    if len({at < 0 for at in repeats}) != 1:
        return None
    # Opening a dimension renumbers those behind it (or, from the end, before it).
    order = sorted(repeats, reverse=min(repeats) >= 0)
    return Expansion(base=node, repeats=tuple((at, repeats[at]) for at in order))


def _constant(node: ast.expr | None) -> int | None:
    try:
        value = ast.literal_eval(node) if node is not None else None
    except ValueError:
        return None
    return value if isinstance(value, int) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """An operand that is an expansion, and the assignment that made it if it has a name."""

    expansion: Expansion
    operand: ast.expr
    maker: ast.Assign | None


def repeated(kernel: Kernel, function: ast.FunctionDef, node: ast.expr) -> Repeated | None:
    """Read an operand as an expansion, written in place or assigned to a name before."""
    if not isinstance(node, ast.Name):
        found = expansion(kernel, node)
        return None if found is None else Repeated(expansion=found, operand=node, maker=None)
    maker = definition(function, node.id)
    found = expansion(kernel, maker.value) if maker is not None else None
    if maker is None or found is None or not _unchanged(function, maker.value):
        return None
    only = len(loads(function, node.id)) == 1
    return Repeated(expansion=found, operand=node, maker=maker if only else None)


def _unchanged(function: ast.FunctionDef, value: ast.expr) -> bool:
    names = names_read(value)
    rebound = any(len(bindings(function, name)) > 1 for name in names)
    return not rebound and not names & mutated(function)


def _blocked(kernel: Kernel) -> Iterator[Site]:
    for function in kernel.functions:
        if not is_torch_function(function):
            continue
        for node in ast.walk(function):
            changed = _changed(kernel, function, node)
            if changed is not None and isinstance(node, ast.expr):
                found, text = changed
                edits: list[Edit] = [kernel.replace(node, text)]
                if found.maker is not None:
                    edits.append(kernel.remove(found.maker))
                where = f"{kernel.text(found.expansion.base)} in {function.name}"
                yield Site(where=where, edits=tuple(edits))


def _changed(
    kernel: Kernel, function: ast.FunctionDef, node: ast.AST
) -> tuple[Repeated, str] | None:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        for whole, small in ((node.left, node.right), (node.right, node.left)):
            found = repeated(kernel, function, small)
            if found is not None and not _may_be_number(kernel, function, whole):
                big = found.expansion.opened(kernel.operand(whole))
                text = found.expansion.aligned(kernel.operand(found.expansion.base))
                return found, found.expansion.closed(f"({big} * {text})")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        if node.func.attr in ("mul", "mul_", "masked_fill", "masked_fill_"):
            return _changed_call(kernel, function, node, node.func)
    return None


def _may_be_number(kernel: Kernel, function: ast.FunctionDef, node: ast.expr) -> bool:
    """Return whether an operand isn't surely full-size: a constant, or an unknown call."""
    unknown = isinstance(node, ast.Call) and not is_tensor(kernel, function, node)
    return unknown or isinstance(node, ast.Constant)


def _changed_call(
    kernel: Kernel, function: ast.FunctionDef, node: ast.Call, method: ast.Attribute
) -> tuple[Repeated, str] | None:
    first, test = node.args[0], ""
    if isinstance(first, ast.Compare) and isinstance(first.comparators[0], ast.Constant):
        sign = {ast.Eq: "==", ast.NotEq: "!="}.get(type(first.ops[0]), "")
        test = f" {sign} {ast.unparse(first.comparators[0])}" if sign else ""
        first = first.left
    found = repeated(kernel, function, first)
    if found is None or first is not node.args[0] and not test:
        return None
    small = found.expansion.aligned(kernel.operand(found.expansion.base)) + test
    big = found.expansion.opened(kernel.operand(method.value))
    rest = "".join(f", {kernel.text(argument)}" for argument in node.args[1:])
    return found, found.expansion.closed(f"{big}.{method.attr}({small}{rest})")


BLOCKED = Recipe(
    name="blocked factors",
    reason="one factor per block multiplies a blocked view; the expanded copy is never made",
    exact=True,
    weight=1.5,
    find=_blocked,
)
RECIPES = (BLOCKED,)
