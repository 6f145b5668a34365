"""A kernel without one of its hunks, to be timed by itself."""

import ast
import re
from dataclasses import dataclass

from fie_evaluator.syntax import parsed
from fie_tui.diff.lines import hunk_groups, opcodes, raw_lines

NOTE = re.compile(r"without hunk (\d+) of (\w+)(?: against (\w+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """What is left of a kernel."""

    source: str
    refusal: str = ""
    "Why it can't be timed; empty when it can."


def without_hunk(before: str, after: str, hunk: int) -> Dropped:
    """Return the newer text with one hunk, counted from 1, as it was in the older one."""
    old, new = raw_lines(before), raw_lines(after)
    groups = hunk_groups(opcodes(old, new))
    if not 0 < hunk <= len(groups):
        return Dropped(source=after, refusal="there is no such hunk")
    if len(groups) == 1:
        return Dropped(source=before, refusal="it is the only hunk: without it nothing is changed")
    for tag, a, b, c, d in reversed(groups[hunk - 1]):
        if tag != "equal":
            new[c:d] = old[a:b]
    source = "\n".join(new)
    try:
        missing = _undefined(parsed(source), parsed(after))
    except SyntaxError as error:
        told = f"without it the kernel is no Python: line {error.lineno or 1}: {error.msg}"
        return Dropped(source=source, refusal=told)
    except (ValueError, RecursionError, MemoryError) as error:
        return Dropped(source=source, refusal=f"without it the kernel is no Python: {error}")
    if missing:
        told = f"it defines {', '.join(missing)}, and the rest uses that: drop what uses it"
        return Dropped(source=source, refusal=told)
    return Dropped(source=source)


def _undefined(left: ast.Module, whole: ast.Module) -> list[str]:
    """Return names that the whole kernel defines and what is left of it uses without."""
    gone = _defined(whole) - _defined(left)
    used = {node.id for node in ast.walk(left) if isinstance(node, ast.Name)}
    return sorted(gone & used)


def _defined(module: ast.Module) -> set[str]:
    """Return every name that is given a meaning anywhere in a module."""
    named: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            named.add(node.name)
        elif isinstance(node, ast.arg):
            named.add(node.arg)
        elif isinstance(node, ast.alias):
            named.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            named.add(node.id)
    return named


def note_of(candidate: str, base: str, parent: str, hunk: int) -> str:
    """Return the note by which such a kernel is known again."""
    against = f" against {base}" if base != parent else ""
    return f"without hunk {hunk} of {candidate}{against}"


def dropped_hunk(note: str, candidate: str, base: str, parent: str) -> int:
    """Return which of a candidate's hunks a note says is missing; 0 for any other note."""
    found = NOTE.fullmatch(note)
    if found is None or found[2] != candidate or (found[3] or parent) != base:
        return 0
    return int(found[1])
