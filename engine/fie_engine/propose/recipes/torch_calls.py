"""Say the same with fewer or cheaper PyTorch calls."""

import ast
from collections.abc import Iterator

from fie_engine.propose.recipes.base import Recipe, Site
from fie_engine.propose.recipes.flow import (
    call_name,
    is_torch_function,
    operands,
    receiver,
    same,
)
from fie_engine.propose.splice import Edit, Kernel


def torch_functions(kernel: Kernel) -> Iterator[ast.FunctionDef]:
    """Yield the plain functions of a file that imports torch."""
    if "torch" in kernel.imports:
        yield from (item for item in kernel.functions if is_torch_function(item))


def factors_of(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """Return the two sides of a product."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return node.left, node.right
    if isinstance(node, ast.Call) and call_name(node) in ("mul", "mul_"):
        first, second = operands(node)[:2]
        return first, second
    return None


def _silu(kernel: Kernel) -> Iterator[Site]:
    for function in torch_functions(kernel):
        for node in ast.walk(function):
            sides = factors_of(node)
            if sides is None or not isinstance(node, ast.expr):
                continue
            for plain, gate in (sides, sides[::-1]):
                if call_name(gate) == "sigmoid" and (inner := receiver(gate)) is not None:
                    if same(plain, inner):
                        text = f"torch.nn.functional.silu({kernel.text(plain)})"
                        edit = kernel.replace(node, text)
                        yield Site(where=f"{kernel.text(plain)} in {function.name}", edits=(edit,))
                        break


def _linear(kernel: Kernel) -> Iterator[Site]:
    for function in torch_functions(kernel):
        edits: list[Edit] = []
        for node in ast.walk(function):
            sides = _matrix_product(node)
            if sides is None or not isinstance(node, ast.expr):
                continue
            turned = _untransposed(sides[1])
            if turned is not None:
                text = f"torch.nn.functional.linear({kernel.text(sides[0])}, {kernel.text(turned)})"
                edits.append(kernel.replace(node, text))
        if edits:
            yield Site(where=f"{len(edits)} products in {function.name}", edits=tuple(edits))


def _matrix_product(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return node.left, node.right
    if isinstance(node, ast.Call) and call_name(node) in ("matmul", "mm") and not node.keywords:
        parts = operands(node)
        return (parts[0], parts[1]) if len(parts) == 2 else None
    return None


def _untransposed(node: ast.expr) -> ast.expr | None:
    """Return x for `x.t()` and `x.T`."""
    if isinstance(node, ast.Call) and call_name(node) == "t" and not node.args:
        return receiver(node)
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else None


def _bfloat16(kernel: Kernel) -> Iterator[Site]:
    for function in torch_functions(kernel):
        for node in ast.walk(function):
            sides = _matrix_product(node)
            if call_name(node) == "linear" and isinstance(node, ast.Call) and len(node.args) == 2:
                sides = (node.args[0], node.args[1])
            if sides is None or "bfloat16" in kernel.text(sides[0]):
                continue
            if not isinstance(node, ast.expr):
                continue
            edits = [
                kernel.replace(side, f"{kernel.operand(side)}.to(torch.bfloat16)") for side in sides
            ]
            start, end = kernel.span(node)
            edits.append(Edit(start=start, end=start, text="("))
            edits.append(Edit(start=end, end=end, text=").to(torch.float32)"))
            yield Site(where=f"{kernel.text(sides[0])} in {function.name}", edits=tuple(edits))


def _inference(kernel: Kernel) -> Iterator[Site]:
    """Precondition: a function that no other calls, the last one of these: the entry point."""
    called = {call_name(node) for node in ast.walk(kernel.tree) if isinstance(node, ast.Call)}
    uncalled = [item for item in torch_functions(kernel) if item.name not in called]
    for function in uncalled[-1:]:
        if not function.decorator_list:
            edit = kernel.before(function, "@torch.inference_mode()")
            yield Site(where=function.name, edits=(edit,))


def _square(kernel: Kernel) -> Iterator[Site]:
    for function in torch_functions(kernel):
        for node in ast.walk(function):
            power = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)
            if power and isinstance(node, ast.BinOp) and ast.unparse(node.right) in ("2", "2.0"):
                text = f"{kernel.operand(node.left)}.square()"
                where = f"{kernel.text(node.left)} in {function.name}"
                yield Site(where=where, edits=(kernel.replace(node, text),))


def _rsqrt(kernel: Kernel) -> Iterator[Site]:
    for function in torch_functions(kernel):
        for node in ast.walk(function):
            if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div):
                continue
            root = receiver(node.right)
            if call_name(node.right) == "sqrt" and root is not None:
                inverse = f"torch.rsqrt({kernel.text(root)})"
                one = isinstance(node.left, ast.Constant) and node.left.value == 1
                text = inverse if one else f"({kernel.operand(node.left)} * {inverse})"
                where = f"{kernel.text(node.left)} in {function.name}"
                yield Site(where=where, edits=(kernel.replace(node, text),))


RECIPES = (
    Recipe(
        name="silu",
        reason="x * sigmoid(x) in one pass over memory",
        exact=False,
        find=_silu,
    ),
    Recipe(
        name="linear",
        reason="a product with a transposed matrix needs no transpose",
        exact=True,
        find=_linear,
    ),
    Recipe(
        name="bfloat16 product",
        reason="processors with matrix units multiply bfloat16 faster",
        exact=False,
        weight=0.4,
        find=_bfloat16,
    ),
    Recipe(
        name="inference mode",
        reason="autograd's bookkeeping is left out",
        exact=True,
        find=_inference,
    ),
    Recipe(name="square", reason="square() for a general power", exact=True, find=_square),
    Recipe(
        name="rsqrt",
        reason="a product is cheaper than a root and a division",
        exact=False,
        find=_rsqrt,
    ),
)
