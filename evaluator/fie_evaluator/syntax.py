"""Python's parser, for one thread at a time."""

import ast
import threading
from typing import Literal, overload

_PARSER = threading.RLock()


@overload
def parsed(source: str) -> ast.Module: ...


@overload
def parsed(source: str, *, mode: Literal["eval"]) -> ast.Expression: ...


def parsed(source: str, *, mode: Literal["exec", "eval"] = "exec") -> ast.AST:
    """Return a text's syntax tree; raises as `ast.parse` does.

    The interpreter keeps one depth for all trees that are being made, so two threads that parse
    at once fail each other with a SystemError about a recursion depth (CPython issue 106905).
    """
    with _PARSER:
        return ast.parse(source, mode=mode)
