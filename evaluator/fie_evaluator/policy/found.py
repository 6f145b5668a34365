"""What the source policy reports."""

import ast
from dataclasses import dataclass

BEYOND = "it reaches beyond computing on tensors"
INTERNALS = "Python's internals are off limits"
WRITE_OUT = "write it out where it is used"

Located = ast.stmt | ast.expr | ast.arg | ast.pattern | ast.excepthandler


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One construct that a kernel may not contain."""

    line: int
    construct: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.construct} is not allowed: {self.reason}"


def found(node: Located, construct: str, reason: str) -> Violation:
    """Return a violation where the node stands."""
    return Violation(line=node.lineno, construct=construct, reason=reason)
