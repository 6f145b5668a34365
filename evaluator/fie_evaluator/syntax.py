"""Python's parser, for one thread at a time."""

import ast
import threading
from typing import Literal, overload

_PARSER = threading.RLock()

DEEPEST = 200
"Levels of a syntax tree; whoever walks deeper ones meets the interpreter's limit of calls."

TOO_DEEP = "its expressions or blocks are too deeply nested"


@overload
def parsed(source: str) -> ast.Module: ...


@overload
def parsed(source: str, *, mode: Literal["eval"]) -> ast.Expression: ...


def parsed(source: str, *, mode: Literal["exec", "eval"] = "exec") -> ast.AST:
    """Return a text's syntax tree; raises as `ast.parse` does, SyntaxError if it is too deep.

    The interpreter keeps one depth for all trees that are being made, so two threads that parse
    at once fail each other with a SystemError about a recursion depth (CPython issue 106905).
    """
    try:
        with _PARSER:
            tree = ast.parse(source, mode=mode)
    except (RecursionError, MemoryError):
        raise SyntaxError(TOO_DEEP) from None
    _require_shallow(tree)
    return tree


def _require_shallow(tree: ast.AST) -> None:
    level = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise SyntaxError(TOO_DEEP)
