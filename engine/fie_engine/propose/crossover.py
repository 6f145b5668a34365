"""Children of two parents: a function of one, with what it needs, put into the other."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from fie_engine.propose.recipes.base import parses
from fie_engine.propose.recipes.flow import names_read
from fie_engine.propose.splice import Edit, Kernel, same_outside, splice


@dataclass(frozen=True, slots=True, kw_only=True)
class Cross:
    """A child and the function that it took over."""

    source: str
    function: str


def crosses(kernel: Kernel, donor: Kernel) -> Iterator[Cross]:
    """Yield the kernel with each differing function of the donor that takes the same arguments."""
    mine = {function.name: function for function in kernel.functions}
    theirs = {function.name: function for function in donor.functions}
    for name in sorted(mine.keys() & theirs.keys()):
        if _alike(mine[name], theirs[name]) or not _same_arguments(mine[name], theirs[name]):
            continue
        edits = [_swap(kernel, mine[name], donor, theirs[name])]
        missing = _missing(kernel, donor, theirs[name])
        if missing:
            edits.append(kernel.before(kernel.functions[0], *missing))
        source = splice(kernel, edits)
        if source is not None and parses(source) and same_outside(kernel.source, source):
            yield Cross(source=source, function=name)


def _alike(one: ast.FunctionDef, other: ast.FunctionDef) -> bool:
    return ast.dump(one) == ast.dump(other)


def _same_arguments(one: ast.FunctionDef, other: ast.FunctionDef) -> bool:
    return [arg.arg for arg in one.args.args] == [arg.arg for arg in other.args.args]


def _swap(kernel: Kernel, old: ast.FunctionDef, donor: Kernel, new: ast.FunctionDef) -> Edit:
    start, end = _whole(kernel, old)
    first, last = _whole(donor, new)
    return Edit(start=start, end=end, text=donor.data[first:last].decode())


def _whole(kernel: Kernel, statement: ast.stmt) -> tuple[int, int]:
    """Return a statement's bytes with its decorators."""
    start, end = kernel.span(statement)
    if isinstance(statement, ast.FunctionDef) and statement.decorator_list:
        start = kernel.offset(min(node.lineno for node in statement.decorator_list), 0)
    return start, end


def _missing(kernel: Kernel, donor: Kernel, function: ast.FunctionDef) -> list[str]:
    """Return the lines of the donor's definitions that the function needs and the kernel lacks."""
    offered = {name: node for node in donor.tree.body for name in _defines(node)}
    wanted: list[ast.stmt] = []
    queue: list[ast.stmt] = [function]
    taken: set[str] = set()
    while queue:
        for name in sorted(names_read(queue.pop()) & offered.keys() - kernel.names - taken):
            taken.add(name)
            node = offered[name]
            if donor.inside(node):
                wanted.append(node)
                queue.append(node)
    lines: list[str] = []
    for node in sorted(wanted, key=lambda item: item.lineno):
        first, last = _whole(donor, node)
        blank = ["", ""] if isinstance(node, ast.FunctionDef) else []
        lines += [*donor.data[first:last].decode().split("\n"), *blank]
    return lines


def _defines(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []
