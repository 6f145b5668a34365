"""Whether a kernel file defines the function that will be called; nothing is imported."""

import ast
from collections.abc import Sequence

from fie_evaluator.syntax import parsed

ENTRY = "kernel"


def signature_error(source: str, parameters: Sequence[str]) -> str:
    """Return what is wrong with the kernel's signature, or "" where nothing is known to be.

    `parameters` are the definition's inputs, then its outputs. SyntaxError if the
    source isn't Python.
    """
    tree = parsed(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    found = next((node for node in reversed(functions) if node.name == ENTRY), None)
    if found is None:
        bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        imported = {name.asname or name.name for name in _imports(tree)}
        if ENTRY in bound | imported:
            return ""
        return f"there is no function {ENTRY}({', '.join(parameters)})"
    if found.decorator_list:
        return ""
    return _count_error(found.args, parameters)


def _count_error(arguments: ast.arguments, parameters: Sequence[str]) -> str:
    given = len(arguments.posonlyargs) + len(arguments.args)
    expected = len(parameters)
    wanted = f"but {expected} are passed: {', '.join(parameters)}"
    if arguments.kwonlyargs:
        return f"{ENTRY} has keyword-only parameters, {wanted}"
    if given == expected or (arguments.vararg is not None and given < expected):
        return ""
    return f"{ENTRY} takes {given} parameters, {wanted}"


def _imports(tree: ast.Module) -> list[ast.alias]:
    return [
        name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    ]
