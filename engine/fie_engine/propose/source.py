"""A kernel's text: its evolve block and its identity."""

import ast
import hashlib

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
    """Return a hash of the syntax tree, so that comments and layout don't count."""
    try:
        text = ast.dump(ast.parse(source))
    except (SyntaxError, ValueError):
        text = source
    return hashlib.sha256(text.encode()).hexdigest()[:16]
