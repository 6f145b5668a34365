"""What can be known of a value without running the kernel that it is in."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """Where a value comes from and what was done to it."""

    tags: frozenset[str] = frozenset()
    "Roles of the inputs in it, and what it is made of: see the constants below."
    raw: bool = True
    "Whether its numbers are as the input holds them: neither converted nor computed with."
    loaded: bool = False
    "Whether a Triton kernel read it from memory; a pointer was not."
    ints: frozenset[int] = frozenset()
    "The whole numbers that it may be, as far as they stand in the text."
    name: str = ""
    "The parameter that it is, where it was only passed on."
    items: tuple["Value", ...] = ()
    "Of a tuple that stands in the text."

    def has(self, tag: str) -> bool:
        """Whether the tag is in it."""
        return tag in self.tags

    @property
    def carries(self) -> bool:
        """Whether numbers of an input or a product are in it, or it points at them."""
        return len(self.tags) > len(self.ranges)

    @property
    def ranges(self) -> frozenset[str]:
        """The tiles' extents in it."""
        return frozenset(tag for tag in self.tags if tag.startswith(RANGE))


NOTHING = Value()
COMPUTED = Value(raw=False)
PRODUCT = "product"
"Made by a matrix product in the same kernel, or by one of PyTorch's."
STORED = "stored product"
"A matrix product's result that went through memory."
RANGE = "range "
"Begins the tag of a tile's extent."


def mixed(values: Iterable[Value], *, raw: bool = False) -> Value:
    """Return what several values make together."""
    parts = [part for part in values if part is not NOTHING]
    if not parts:
        return NOTHING if raw else COMPUTED
    carrying = [part for part in parts if part.carries]
    return Value(
        tags=frozenset().union(*(part.tags for part in parts)),
        raw=raw and all(part.raw for part in carrying),
        loaded=any(part.loaded for part in carrying),
        ints=frozenset().union(*(part.ints for part in parts)),
    )


def last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


NAMING = ast.keyword | ast.Assign | ast.AnnAssign | ast.Dict
"Nodes that give a value a name."


def named_ints(nodes: Iterable[ast.AST]) -> dict[str, frozenset[int]]:
    """Return the whole numbers that are given to each name, keyword and key among them."""
    found: dict[str, set[int]] = {}
    for node in nodes:
        for name, value in _pairs(node) if isinstance(node, NAMING) else ():
            found.setdefault(name, set()).update(_ints(value))
    return {name: frozenset(numbers) for name, numbers in found.items() if numbers}


def _pairs(node: ast.AST) -> Iterable[tuple[str, ast.expr]]:
    match node:
        case ast.keyword(arg=str(name), value=value):
            yield name, value
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value


def _ints(node: ast.expr) -> set[int]:
    match node:
        case ast.Constant(value=bool()):
            return set()
        case ast.Constant(value=int(number)):
            return {number}
        case ast.IfExp(body=body, orelse=orelse):
            return _ints(body) | _ints(orelse)
        case ast.Call(func=func, args=args) if last_name(func) in ("min", "max"):
            return set().union(*map(_ints, args))
        case _:
            return set()
