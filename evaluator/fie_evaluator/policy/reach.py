"""Rules on what a kernel reaches: modules, attributes, names, and what it assigns to."""

import ast
from collections.abc import Iterator, Sequence

from fie_evaluator.policy import modules, words
from fie_evaluator.policy.found import BEYOND, INTERNALS, WRITE_OUT, Located, Violation, found
from fie_evaluator.policy.names import Names
from fie_evaluator.policy.uses import is_handed_on, type_is_named


def judge_import(node: ast.Import) -> Iterator[Violation]:
    """Refuse modules that a kernel has no use for."""
    for name in node.names:
        yield from _judge_module(node, name.name)
        yield from judge_binding(node, name.asname or "")


def judge_import_from(node: ast.ImportFrom) -> Iterator[Violation]:
    """Refuse what a kernel has no use for in a module."""
    module = node.module or ""
    if node.level:
        yield found(node, "a relative import", "a kernel is one file")
        return
    yield from _judge_module(node, module)
    for name in node.names:
        if name.name == "*":
            yield found(node, f"`from {module} import *`", "name what you import")
        elif module in modules.OPENINGS and not is_open(module, name.name):
            yield found(node, f"`{module}.{name.name}`", BEYOND)
        yield from judge_binding(node, name.asname or "")


def judge_attribute(node: ast.Attribute, names: Names) -> Iterator[Violation]:
    """Refuse an attribute that leads out of computing, read or written."""
    if not is_reachable(node, node.value, node.attr, names):
        internal = words.is_internal(node.attr)
        construct = f".{node.attr}" if internal else ast.unparse(node)
        yield found(node, f"`{construct}`", INTERNALS if internal else BEYOND)
    elif not isinstance(node.ctx, ast.Load):
        yield from judge_target(node, node.value, node.attr, names)


def is_reachable(node: ast.expr, base: ast.expr, attribute: str, names: Names) -> bool:
    """Whether a kernel may name this attribute of `base`; `node` is where it does."""
    paths = names.paths(base)
    if words.is_internal(attribute):
        return attribute in words.ALLOWED_DUNDERS or _is_own_internal(node, base, attribute, names)
    own = isinstance(base, ast.Name) and base.id in ("self", "cls") and not paths
    if is_off_limits(attribute) and not own:
        return False
    return all(is_open(path, attribute) for path in paths if path in modules.OPENINGS)


def is_off_limits(attribute: str) -> bool:
    """Whether an attribute leads out of computing, whatever has it."""
    forbidden = attribute in words.FORBIDDEN_ATTRIBUTES or attribute in words.FORBIDDEN_PRIVATE
    return forbidden or (words.is_internal(attribute) and attribute not in words.ALLOWED_DUNDERS)


def is_open(module: str, name: str) -> bool:
    """Whether a kernel may name this part of a module."""
    full = f"{module}.{name}"
    if full in modules.OPENINGS or full in modules.PRIVATE_FUNCTIONS:
        return True
    if name in words.FORBIDDEN_ATTRIBUTES:
        return False
    if name.startswith("_"):
        return name in words.ALLOWED_DUNDERS or full.startswith(modules.PRIVATE_PREFIXES)
    return modules.OPENINGS[module].admits(name)


def judge_value(node: ast.Name | ast.Attribute, names: Names) -> Iterator[Violation]:
    """Refuse a module, or a class that the judge uses too, that is handed on."""
    if isinstance(node.ctx, ast.Load) and is_handed_on(node, names):
        yield found(node, f"handing `{ast.unparse(node)}` on", WRITE_OUT)


def judge_target(
    node: ast.expr, base: ast.expr, attribute: str, names: Names
) -> Iterator[Violation]:
    """Refuse to change what others use too."""
    places = {f"{path}.{attribute}" for path in names.paths(base)}
    text = f"assigning `{ast.unparse(node)}`"
    if not all(place.startswith(modules.SETTINGS) for place in places):
        yield found(node, text, "a kernel may not change other modules")
    elif attribute in words.JUDGED_METHODS:
        yield found(node, text, "a tensor keeps its methods")


def judge_name(node: ast.Name, names: Names) -> Iterator[Violation]:
    """Refuse builtins that reflect, and Python's internal names."""
    name, read = node.id, isinstance(node.ctx, ast.Load)
    if words.is_internal(name):
        if name not in words.MODULE_VARIABLES and not (read and name == "__name__"):
            yield found(node, f"`{name}`", INTERNALS)
    elif not read or not names.is_builtin(node, name):
        return
    elif name in words.FORBIDDEN_BUILTINS:
        yield found(node, f"`{name}`", "a kernel computes; it needs no reflection or files")
    elif name in words.GUARDED_BUILTINS:
        yield from _judge_guarded(node, names)


def judge_binding(node: Located, name: str) -> Iterator[Violation]:
    """Refuse to give anything a name that Python reserves."""
    if words.is_internal(name):
        yield found(node, f"naming something `{name}`", INTERNALS)


def judge_pattern(node: ast.MatchClass, attributes: Sequence[str]) -> Iterator[Violation]:
    """Refuse to reach by a pattern what may not be reached by a dot."""
    for attribute in attributes:
        if is_off_limits(attribute):
            yield found(node, f"matching `{attribute}`", "it is off limits")


def _judge_module(node: ast.stmt, module: str) -> Iterator[Violation]:
    root = module.partition(".")[0]
    if root in modules.LIBRARIES:
        reason = "a kernel does the work itself, it doesn't call a library for it"
    elif root not in modules.ROOTS:
        reason = f"a kernel may import {', '.join(sorted(modules.ROOTS))}"
    elif module not in modules.OPENINGS:
        reason = BEYOND
    else:
        return
    yield found(node, f"`import {module}`", reason)


def _judge_guarded(node: ast.Name, names: Names) -> Iterator[Violation]:
    """Judge `getattr`, `setattr` and `type` where they are not what is called."""
    parent = names.parents[node]
    if isinstance(parent, ast.Call) and parent.func is node:
        return
    if node.id == "type" and type_is_named(node, names):
        return
    renamed = isinstance(parent, ast.Assign | ast.AnnAssign)
    construct = f"renaming `{node.id}`" if renamed else f"passing `{node.id}` on"
    yield found(node, construct, WRITE_OUT)


def _is_own_internal(node: ast.expr, base: ast.expr, attribute: str, names: Names) -> bool:
    """Whether it is `x.__class__.__name__`, or how a frozen dataclass sets its own fields."""
    match attribute, names.parents[node]:
        case "__class__", ast.Attribute(attr="__name__" | "__qualname__"):
            return True
        case "__setattr__", ast.Call(
            func=func, args=[ast.Name(id="self"), ast.Constant(value=str(field)), _]
        ):
            judged = is_off_limits(field) or field in words.JUDGED_METHODS
            return func is node and names.is_builtin(base, "object") and not judged
        case _:
            return False
