"""Rules on calls, classes, functions and annotations."""

import ast
from collections.abc import Iterator

from fie_evaluator.policy import reach, words
from fie_evaluator.policy.found import INTERNALS, Violation, found
from fie_evaluator.policy.names import Names
from fie_evaluator.policy.uses import (
    base_is_harmless,
    format_attributes,
    type_is_compared,
)
from fie_evaluator.syntax import parsed

Function = ast.FunctionDef | ast.AsyncFunctionDef
LIBRARY_NAMES = ("aten::", "prim::", "prims::", "c10d::")


def judge_call(node: ast.Call, names: Names) -> Iterator[Violation]:
    """Refuse calls that reach by a computed name, make classes, or replace what exists."""
    match node.func:
        case ast.Name(id="getattr" | "setattr" as function):
            if names.is_builtin(node.func, function):
                yield from _judge_named_attribute(node, function, names)
        case ast.Name(id="type"):
            if names.is_builtin(node.func, "type") and not type_is_compared(node, names):
                yield found(node, "keeping or making a class by `type`", "only compare it")
        case ast.Attribute(attr="format" | "format_map", value=text):
            yield from _judge_format(node, text, names)
    called = names.paths(node.func)
    simple = len(node.args) == 1 and not isinstance(node.args[0], ast.Starred)
    if "functools.wraps" in called and (not simple or node.keywords):
        yield found(node, "`wraps` with a choice of attributes", "leave the choice out")
    if "torch.library.custom_op" in called and not _names_own_operator(node):
        yield found(node, "registering an operator of torch's", "give it a namespace of its own")


def judge_class(node: ast.ClassDef, names: Names) -> Iterator[Violation]:
    """Refuse classes that pass for something of torch's."""
    yield from reach.judge_binding(node, node.name)
    for base in node.bases:
        if not base_is_harmless(base, names):
            reason = "derive from torch.nn.Module, an enum or a class of this file"
            yield found(node, f"a class derived from `{ast.unparse(base)}`", reason)
    for keyword in node.keywords:
        if keyword.arg != "metaclass" or names.paths(keyword.value) != {"abc.ABCMeta"}:
            yield found(node, "a class with keywords", "a kernel needs no metaclass")


def judge_function(node: Function, names: Names) -> Iterator[Violation]:
    """Refuse special methods by which Python calls back."""
    yield from judge_annotation(node.returns)
    if not words.is_internal(node.name):
        return
    in_class = isinstance(names.parents[node], ast.ClassDef)
    if not (in_class and node.name in words.ALLOWED_METHODS):
        yield found(node, f"defining `{node.name}`", INTERNALS)


def judge_annotation(annotation: ast.expr | None) -> Iterator[Violation]:
    """Refuse an annotation in quotes that would do something if it were evaluated."""
    if not (isinstance(annotation, ast.Constant) and isinstance(annotation.value, str)):
        return
    try:
        written = parsed(annotation.value, mode="eval")
    except (SyntaxError, ValueError):
        return
    if any(isinstance(node, ast.Call | ast.Lambda | ast.NamedExpr) for node in ast.walk(written)):
        yield found(annotation, "a call in a quoted annotation", "an annotation names a type")


def _judge_named_attribute(node: ast.Call, function: str, names: Names) -> Iterator[Violation]:
    match node.args:
        case [base, ast.Constant(value=str(attribute)), *_] if attribute:
            reachable = reach.is_reachable(node, base, attribute, names)
        case _:
            yield found(node, f"`{function}` with a computed name", "write the name out")
            return
    if not reachable:
        construct = f"`{function}(…, {attribute!r})`"
        yield found(node, construct, "that attribute is off limits")
    elif function == "setattr" and not (isinstance(base, ast.Name) and base.id == "self"):
        yield found(node, "`setattr` on anything but `self`", "assign to it")
    elif function == "setattr":
        yield from reach.judge_target(node, base, attribute, names)


def _judge_format(node: ast.Call, text: ast.expr, names: Names) -> Iterator[Violation]:
    """Judge `text.format(…)`, whose fields read attributes and items."""
    match text:
        case ast.Constant(value=str(format_string)):
            texts: list[str] | None = [format_string]
        case ast.Name(id="self"):
            texts = []
        case ast.Name(id=name):
            texts = names.texts(name)
        case _:
            texts = None
    if texts is None:
        yield found(node, "`.format` of a computed text", "use an f-string")
        return
    for attribute in _attributes_read(texts):
        if reach.is_off_limits(attribute) or attribute.startswith("_"):
            yield found(node, f"formatting `.{attribute}`", "that attribute is off limits")


def _attributes_read(texts: list[str]) -> list[str]:
    try:
        return [attribute for text in texts for attribute in format_attributes(text)]
    except ValueError:
        # Python itself refuses to format by such a text.
        return []


def _names_own_operator(node: ast.Call) -> bool:
    match node.args:
        case [ast.Constant(value=str(name)), *_]:
            return not name.startswith(LIBRARY_NAMES)
        case _:
            return False
