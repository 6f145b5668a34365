"""One pass less when widening fp8: its constant factor joins the scales."""

import ast
from collections.abc import Iterator

from fie_engine.propose.recipes.base import Recipe, Site
from fie_engine.propose.recipes.flow import call_name
from fie_engine.propose.recipes.scaling import repeated
from fie_engine.propose.splice import Edit, Kernel

SHIFTED = frozenset({"widen_by_half", "widen_by_bits"})
"Helpers that shift bits and then multiply by a constant."
HELPERS = """def widen_unscaled(values):
    \"""Return values in float32; fp8 comes out too small by widen_factor(values).\"""
    if values.dtype != torch.float8_e4m3fn:
        return values.to(torch.float32, copy=True)
    wide = values.view(torch.int8).to(torch.int16, copy=True)
    bits = wide.bitwise_left_shift_(7).bitwise_and_(~0x4000)
    return bits.view(torch.float16).to(torch.float32)


def widen_factor(values):
    \"""Return what widen_unscaled leaves to be multiplied.\"""
    return 256.0 if values.dtype == torch.float8_e4m3fn else 1.0


"""


def _fold(kernel: Kernel) -> Iterator[Site]:
    """Precondition: a widened plain name whose views are then multiplied by something."""
    for function in kernel.functions:
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or call_name(call) not in SHIFTED:
                continue
            factor = _factor(kernel, call)
            if factor is not None and repeated(kernel, function, factor) is not None:
                continue  # as large as the values themselves: nothing would be saved
            if factor is None or len(call.args) != 1 or not isinstance(call.args[0], ast.Name):
                continue
            name = call.args[0].id
            edits: list[Edit] = [
                kernel.replace(call.func, "widen_unscaled"),
                kernel.replace(factor, f"({kernel.operand(factor)} * widen_factor({name}))"),
            ]
            if "widen_unscaled" not in kernel.names:
                edits.append(kernel.before(kernel.functions[0], *HELPERS.splitlines()))
            yield Site(where=f"{name} in {function.name}", edits=tuple(edits))


def _factor(kernel: Kernel, call: ast.Call) -> ast.expr | None:
    """Return what the first product around a call multiplies it by."""
    inner: ast.AST = call
    for outer in kernel.outward(call):
        match outer:
            case ast.BinOp(op=ast.Mult(), left=left, right=right):
                return right if left is inner else left
            case ast.Call(func=ast.Attribute(attr="mul" | "mul_", value=value), args=[factor]):
                return factor if value is not factor and inner is outer.func else None
            case ast.Call(func=ast.Attribute(attr="unflatten" | "view" | "flatten")):
                inner = outer
            case ast.Attribute():
                inner = outer
            case _:
                return None
    return None


RECIPES = (
    Recipe(
        name="fold the constant",
        reason="the constant of the fp8 shift multiplies the few scales, not every value",
        exact=True,
        find=_fold,
    ),
)
