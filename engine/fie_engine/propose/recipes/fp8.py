"""Faster ways to widen 8-bit floats, each behind a check of the tensor's type."""

import ast
import re
from collections.abc import Iterator

from fie_engine.propose.recipes.base import Recipe, Site
from fie_engine.propose.recipes.flow import (
    ALLOCATING,
    call_name,
    dotted,
    is_torch_function,
)
from fie_engine.propose.splice import Edit, Kernel

COPYING = frozenset("clone cat index_select gather take stack".split())
"Allocating calls that keep the type of what they copy."

_HEAD = '''def {name}(values):
    """Return values in float32; {how}."""
    if values.dtype != torch.float8_e4m3fn:
        return values.to(torch.float32, copy=True)
'''
_TABLE = """    codes = torch.arange(256, dtype=torch.uint8, device=values.device)
    table = codes.view(torch.float8_e4m3fn).to(torch.float32)
"""
TAKE = (
    _HEAD.format(name="widen_by_take", how="fp8 is looked up among its 256 values")
    + _TABLE
    + """    return table.take(values.view(torch.uint8).to(torch.int64))
"""
)
SELECT = (
    _HEAD.format(name="widen_by_table", how="fp8 is looked up among its 256 values")
    + _TABLE
    + """    numbers = values.view(torch.uint8).flatten().to(torch.int32)
    return table.index_select(0, numbers).view(values.shape)
"""
)
HALF = (
    _HEAD.format(name="widen_by_half", how="fp8 bits are shifted into float16's places")
    + """    wide = values.view(torch.int8).to(torch.int16, copy=True)
    bits = wide.bitwise_left_shift_(7).bitwise_and_(~0x4000)
    return bits.view(torch.float16).to(torch.float32).mul_(256.0)
"""
)
SINGLE = (
    _HEAD.format(name="widen_by_bits", how="fp8 bits are shifted into float32's places")
    + """    wide = values.view(torch.int8).to(torch.int32, copy=True)
    bits = wide.bitwise_left_shift_(20).bitwise_and_(~0x78000000)
    return bits.view(torch.float32).mul_(2.0**120)
"""
)

QUANTISED = re.compile(r"fp8|float8|e4m3|scale|quant", re.IGNORECASE)
"A file without any such word is taken not to handle 8-bit floats."
RANKS = {"widen_by_take": 0, "widen_by_table": 1, "widen_by_bits": 2, "widen_by_half": 3}
"One of these functions may take the place of another with a lower rank."


def _widen_with(kernel: Kernel, helper: str) -> Iterator[Site]:
    if "torch" not in kernel.imports or not QUANTISED.search(kernel.source):
        return
    name = _name_of(helper)
    present = [item for item in kernel.functions if item.name in RANKS]
    for function in present:
        if RANKS[function.name] < RANKS[name] and name not in kernel.names:
            yield Site(where=function.name, edits=_replace_helper(kernel, function, name, helper))
    # Another spelling next to one that is there would only be a detour.
    if present and name not in kernel.names:
        return
    for function in kernel.functions:
        conversions = list(_conversions(kernel, function))
        if conversions and "float8" not in kernel.text(function):
            edits = [
                kernel.replace(call, f"{name}({kernel.text(source)})")
                for call, source in conversions
            ]
            if name not in kernel.names:
                lines = (*helper.splitlines(), "", "")
                edits.append(kernel.before(kernel.functions[0], *lines))
            yield Site(where=function.name, edits=tuple(edits))


def _name_of(helper: str) -> str:
    return helper[len("def ") : helper.index("(")]


def _replace_helper(
    kernel: Kernel, function: ast.FunctionDef, name: str, helper: str
) -> tuple[Edit, ...]:
    edits = [kernel.replace(function, helper.rstrip())]
    for node in ast.walk(kernel.tree):
        if isinstance(node, ast.Name) and node.id == function.name and kernel.inside(node):
            edits.append(kernel.replace(node, name))
    return tuple(edits)


def _conversions(kernel: Kernel, function: ast.FunctionDef) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Yield each `x.to(torch.float32)` or `x.float()` with its x; innermost ones only."""
    if not is_torch_function(function):
        return
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        to_single = (
            node.func.attr == "to"
            and len(node.args) == 1
            and dotted(node.args[0]) in ("torch.float32", "torch.float")
            and all(item.arg == "copy" for item in node.keywords)
        )
        if to_single or (node.func.attr == "float" and not node.args):
            if not _surely_wide(node.func.value) and _scaled(kernel, node):
                yield node, node.func.value


def _scaled(kernel: Kernel, node: ast.Call) -> bool:
    """Return whether a converted value is multiplied, as 8-bit floats are, or may be later."""
    for outer in kernel.outward(node):
        if isinstance(outer, ast.Assign | ast.Return):
            return outer.value is node
        product = isinstance(outer, ast.BinOp) and isinstance(outer.op, ast.Mult)
        if product or call_name(outer) in ("mul", "mul_"):
            return True
    return False


def _surely_wide(node: ast.expr) -> bool:
    """Return whether a value can't be 8 bits wide: arithmetic isn't done in fp8."""
    if any(call_name(item) in ("to", "float") for item in ast.walk(node)):
        return True
    return isinstance(node, ast.BinOp) or call_name(node) in (ALLOCATING - COPYING)


def _recipe(name: str, reason: str, helper: str, exact: bool) -> Recipe:
    return Recipe(
        name=name,
        reason=reason,
        exact=exact,
        weight=0.8,
        find=lambda kernel: _widen_with(kernel, helper),
    )


RECIPES = (
    _recipe("fp8 by take", "a look-up costs less than the CPU's conversion of fp8", TAKE, True),
    _recipe("fp8 by table", "index_select reads a 256-entry table at memory speed", SELECT, True),
    _recipe(
        "fp8 by half bits", "fp8 bits sit in float16 after one shift; NaN isn't kept", HALF, False
    ),
    _recipe(
        "fp8 by bits", "fp8 bits sit in float32 after one shift; NaN isn't kept", SINGLE, False
    ),
)
