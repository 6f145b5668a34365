"""A kernel's text: its evolve block and its identity."""

import ast
import hashlib

from fie_evaluator.syntax import parsed

START = "EVOLVE-BLOCK-START"
END = "EVOLVE-BLOCK-END"


def evolve_span(source: str) -> tuple[int, int]:
    """Return the evolve block as a half-open range of 0-based line numbers.

    A file without markers evolves as a whole.
    """
    lines = source.splitlines()
    starts = [number for number, line in enumerate(lines) if START in line]
    ends = [number for number, line in enumerate(lines) if END in line]
    if starts and ends and starts[0] < ends[-1]:
        return starts[0] + 1, ends[-1]
    return 0, len(lines)


def digest(source: str) -> str:
    """Return a hash of the syntax tree, so that comments, layout and docstrings don't count."""
    try:
        tree = parsed(source)
    except (SyntaxError, ValueError):
        text = source
    else:
        text = ast.dump(_without_remarks(tree))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _without_remarks(tree: ast.AST) -> ast.AST:
    """Take out statements that are only a text: they compute nothing."""
    for node in ast.walk(tree):
        for part in ("body", "orelse", "finalbody"):
            statements = getattr(node, part, None)
            if isinstance(statements, list):
                setattr(node, part, [one for one in statements if not _is_remark(one)])
    return tree


def _is_remark(statement: ast.AST) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
