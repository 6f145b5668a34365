"""A kernel's text with its syntax tree, and edits placed by position so that the rest stays."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from fie_engine.propose.source import evolve_span
from fie_evaluator.syntax import parsed

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Replace the bytes from start up to end (UTF-8 offsets) with text."""

    start: int
    end: int
    text: str


class Kernel:
    """One parsed kernel file; answers where things are and what refers to what."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.data = source.encode()
        self.tree = parsed(source)
        self.first_line, self.end_line = evolve_span(source)
        self._starts = [0]
        for line in self.data.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """Each node's parent."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def names(self) -> frozenset[str]:
        """Every identifier that occurs in the file."""
        found = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}
        found |= {node.arg for node in ast.walk(self.tree) if isinstance(node, ast.arg)}
        defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        found |= {node.name for node in ast.walk(self.tree) if isinstance(node, defined)}
        return frozenset(found)

    @cached_property
    def imports(self) -> frozenset[str]:
        """Modules that the file imports under their own dotted name or an alias, as bound."""
        bound = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                bound |= {alias.asname or alias.name for alias in node.names}
        return frozenset(bound)

    @cached_property
    def functions(self) -> tuple[ast.FunctionDef, ...]:
        """Top-level functions inside the evolve block, in order."""
        return tuple(
            node
            for node in self.tree.body
            if isinstance(node, ast.FunctionDef) and self.inside(node)
        )

    def inside(self, node: ast.AST) -> bool:
        """Return whether all of a node's lines may change."""
        first = getattr(node, "lineno", 0) - 1
        last = getattr(node, "end_lineno", 0) - 1
        return self.first_line <= first and last < self.end_line

    def offset(self, line: int, column: int) -> int:
        """Return the byte offset of a 1-based line and its byte column."""
        return self._starts[line - 1] + column

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Return a node's half-open range of bytes."""
        end_line, end_column = node.end_lineno, node.end_col_offset
        if end_line is None or end_column is None:
            raise ValueError("a node without a place in the file")
        return self.offset(node.lineno, node.col_offset), self.offset(end_line, end_column)

    def text(self, node: ast.expr | ast.stmt) -> str:
        """Return a node's own text; a node made by a recipe is written out."""
        if getattr(node, "end_lineno", None) is None:
            return ast.unparse(node)
        start, end = self.span(node)
        text = self.data[start:end].decode()
        return f"({text})" if "\n" in text and isinstance(node, ast.BinOp) else text

    def operand(self, node: ast.expr) -> str:
        """Return a node's text, in parentheses unless it can take a suffix as it is."""
        text = self.text(node)
        bare = isinstance(node, ast.Name | ast.Call | ast.Attribute | ast.Subscript)
        return text if bare or text.startswith("(\n") else f"({text})"

    def replace(self, node: ast.expr | ast.stmt, text: str) -> Edit:
        """Put text where the node stands."""
        start, end = self.span(node)
        return Edit(start=start, end=end, text=text)

    def before(self, statement: ast.stmt, *lines: str) -> Edit:
        """Insert lines above a statement and its decorators, at its indentation."""
        line = statement.lineno
        if isinstance(statement, ast.FunctionDef) and statement.decorator_list:
            line = min(node.lineno for node in statement.decorator_list)
        start = self.offset(line, 0)
        return Edit(start=start, end=start, text=self._indented(statement, lines))

    def after(self, statement: ast.stmt, *lines: str) -> Edit:
        """Insert lines under a statement, at its indentation."""
        start = self.offset((statement.end_lineno or statement.lineno) + 1, 0)
        return Edit(start=start, end=start, text=self._indented(statement, lines))

    def remove(self, statement: ast.stmt) -> Edit:
        """Delete a statement's lines."""
        start = self.offset(statement.lineno, 0)
        end = self.offset((statement.end_lineno or statement.lineno) + 1, 0)
        return Edit(start=start, end=end, text="")

    def _indented(self, statement: ast.stmt, lines: Iterable[str]) -> str:
        indent = " " * statement.col_offset
        return "".join(f"{indent}{line}\n" if line else "\n" for line in lines)

    def owner(self, node: ast.AST) -> ast.FunctionDef | None:
        """Return the innermost function around a node."""
        for outer in self.outward(node):
            if isinstance(outer, ast.FunctionDef):
                return outer
        return None

    def outward(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield a node's ancestors, innermost first."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def fresh(self, stem: str) -> str:
        """Return a name that the file doesn't use yet."""
        number, name = 2, stem
        while name in self.names:
            name, number = f"{stem}_{number}", number + 1
        return name


def splice(kernel: Kernel, edits: Iterable[Edit]) -> str | None:
    """Return the source with the edits made; None if they overlap."""
    ordered = sorted(set(edits), key=lambda edit: (edit.start, edit.end))
    pieces, at = [], 0
    for edit in ordered:
        if edit.start < at:
            return None
        pieces += [kernel.data[at : edit.start], edit.text.encode()]
        at = edit.end
    return b"".join([*pieces, kernel.data[at:]]).decode()


def same_outside(before: str, after: str) -> bool:
    """Return whether two files agree on every line outside the evolve block."""
    first, last = evolve_span(before)
    new_first, new_last = evolve_span(after)
    old, new = before.splitlines(), after.splitlines()
    return old[:first] == new[:new_first] and old[last:] == new[new_last:]
