"""A model's answer made a child: SEARCH/REPLACE blocks or a rewrite, inside the evolve block."""

import ast
import difflib
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from fie_engine.propose.base import NoProposal
from fie_engine.propose.source import END, START, evolve_span

SEARCH = re.compile(r"^\s*<{5,9}\s*SEARCH\s*:?\s*$")
DIVIDER = re.compile(r"^\s*={7}\s*$")
REPLACE = re.compile(r"^\s*>{5,9}\s*REPLACE\s*:?\s*$")
FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*([\w+-]*)\s*$")

Lines = tuple[str, ...]
"Lines without their ends."


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One SEARCH/REPLACE block."""

    number: int
    "Counts up from 1, as messages name it."
    search: Lines
    replace: Lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a block goes, and what goes there."""

    start: int
    stop: int
    "Half-open range of lines."
    replace: Lines


class _Missing(Exception):
    """A block's SEARCH is nowhere in the evolve block."""


def parse_blocks(text: str) -> list[Block]:
    """Return a reply's blocks in order; raises NoProposal where one is malformed."""
    blocks: list[Block] = []
    search: list[str] = []
    replace: list[str] = []
    inside: list[str] | None = None
    for line in text.splitlines():
        number = len(blocks) + 1
        if SEARCH.match(line):
            _expect(inside is None, f"block {number} begins before the one above it ended")
            search, replace = [], []
            inside = search
        elif inside is None:
            _expect(not REPLACE.match(line), f"a REPLACE line stands outside block {number}")
        elif DIVIDER.match(line):
            _expect(inside is search, f"block {number} has two ======= lines")
            inside = replace
        elif REPLACE.match(line):
            _expect(inside is replace, f"block {number} has no ======= line")
            blocks.append(_block(number, search, replace))
            inside = None
        else:
            inside.append(line.rstrip("\r"))
    _expect(inside is None, f"block {len(blocks) + 1} has no end")
    _expect(bool(blocks), "the reply holds no SEARCH/REPLACE block")
    return blocks


def parse_with_pattern(text: str, pattern: str) -> list[Block]:
    """Return the blocks that a configuration's own diff_pattern finds; imports openevolve."""
    from openevolve.utils.code_utils import extract_diffs

    found = extract_diffs(text.replace("\r\n", "\n"), pattern)
    _expect(bool(found), "the reply holds nothing that diff_pattern matches")
    return [
        _block(number, search.split("\n"), replace.split("\n"))
        for number, (search, replace) in enumerate(found, start=1)
    ]


def apply_blocks(source: str, blocks: Sequence[Block]) -> str:
    """Return `source` with the blocks applied inside its evolve block; raises NoProposal.

    Blocks are placed on the source as the model saw it; one that isn't there may still
    be found in what the others made of it.
    """
    first, last = evolve_span(source)
    lines = source.splitlines()
    later: list[Block] = []
    places: list[Place] = []
    for block in blocks:
        try:
            places.append(_locate(lines[first:last], block))
        except _Missing:
            later.append(block)
    body = _replaced(lines[first:last], places)
    for block in later:
        try:
            body = _replaced(body, [_locate(body, block)])
        except _Missing:
            raise NoProposal(_missing_reason(lines, first, last, block, len(blocks))) from None
    return _with_body(source, body)


def apply_rewrite(source: str, text: str, entry_point: str) -> str:
    """Return `source` with its evolve block rewritten from a reply; raises NoProposal."""
    code = _code_of(text, entry_point)
    _, last = evolve_span(code)
    lines = code.splitlines()
    marked = last < len(lines) and END in lines[last]
    body = lines[evolve_span(code)[0] : last] if marked else _without_frame(source, lines)
    return _with_body(source, body)


def summarise(blocks: Sequence[Block]) -> str:
    """Return one line that says what the blocks change, for replies without a word of why."""
    removed = sum(len(block.search) for block in blocks)
    added = sum(len(block.replace) for block in blocks)
    fresh = [line for block in blocks for line in block.replace if line not in block.search]
    sample = next((line.strip() for line in fresh if line.strip()), "")
    return f"{len(blocks)} edit(s), -{removed} +{added} lines{': ' if sample else ''}{sample}"


def _expect(holds: bool, problem: str) -> None:
    if not holds:
        raise NoProposal(problem)


def _block(number: int, search: Sequence[str], replace: Sequence[str]) -> Block:
    wanted = _unfenced(search)
    _expect(any(line.strip() for line in wanted), f"block {number} has an empty SEARCH")
    return Block(number=number, search=tuple(wanted), replace=tuple(_unfenced(replace)))


def _unfenced(lines: Sequence[str]) -> list[str]:
    kept = list(_trimmed(lines))
    if len(kept) >= 2 and FENCE.match(kept[0]) and FENCE.match(kept[-1]):
        return kept[1:-1]
    return list(lines)


def _trimmed(lines: Sequence[str]) -> Lines:
    """Return the lines without blank ones at either end."""
    written = [number for number, line in enumerate(lines) if line.strip()]
    return tuple(lines[written[0] : written[-1] + 1]) if written else ()


def _locate(body: Sequence[str], block: Block) -> Place:
    """Find a block's only place: exact, then by trimmed edges, then by shifted indentation."""
    for search, replace in (
        (block.search, block.replace),
        (_trimmed(block.search), _trimmed(block.replace)),
    ):
        starts = _matches(body, search, exact=True) or _matches(body, search, exact=False)
        if starts:
            start = _only(starts, block)
            return Place(start=start, stop=start + len(search), replace=replace)
    search = _trimmed(block.search)
    start = _only(_shifted_matches(body, search), block)
    moved = _shifted(_trimmed(block.replace), search, body[start])
    return Place(start=start, stop=start + len(search), replace=moved)


def _matches(body: Sequence[str], search: Lines, *, exact: bool) -> list[int]:
    def same(left: str, right: str) -> bool:
        return left == right if exact else left.rstrip() == right.rstrip()

    return [
        start
        for start in range(len(body) - len(search) + 1)
        if all(same(body[start + at], line) for at, line in enumerate(search))
    ]


def _shifted_matches(body: Sequence[str], search: Lines) -> list[int]:
    wanted = _outdented(search)
    return [
        start
        for start in range(len(body) - len(search) + 1)
        if body[start].strip() == search[0].strip()
        and _outdented(body[start : start + len(search)]) == wanted
    ]


def _outdented(lines: Sequence[str]) -> list[str]:
    margin = min((_indent(line) for line in lines if line.strip()), default=0)
    return [line.expandtabs(4)[margin:].rstrip() for line in lines]


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def _shifted(replace: Lines, search: Lines, found: str) -> Lines:
    """Return the replacement moved as far as the SEARCH text was off."""
    by = _indent(found) - _indent(search[0])
    if by >= 0:
        return tuple(" " * by + line if line.strip() else line for line in replace)
    return tuple(line[min(-by, _indent(line)) :] for line in replace)


def _only(starts: Sequence[int], block: Block) -> int:
    if not starts:
        raise _Missing
    _expect(
        len(starts) == 1,
        f"block {block.number}: its SEARCH is found {len(starts)} times; more lines would tell "
        "the place",
    )
    return starts[0]


def _replaced(body: Sequence[str], places: Sequence[Place]) -> list[str]:
    result = list(body)
    ordered = sorted(places, key=lambda place: place.start)
    for before, after in itertools.pairwise(ordered):
        _expect(before.stop <= after.start, "two blocks change the same lines")
    for place in reversed(ordered):
        result[place.start : place.stop] = place.replace
    return result


def _missing_reason(lines: Sequence[str], first: int, last: int, block: Block, total: int) -> str:
    name = f"block {block.number} of {total}"
    outside = [*lines[:first], "", *lines[last:]]
    if _matches(outside, _trimmed(block.search), exact=False):
        return f"{name} edits the fixed region outside the evolve block"
    known = {line.strip() for line in lines[first:last]}
    strange = next((line.strip() for line in block.search if line.strip() not in known), "")
    if not strange:
        return f"{name}: its SEARCH lines are all there, but not in that order"
    close = difflib.get_close_matches(strange, sorted(known), n=1, cutoff=0.6)
    hint = f"; the nearest line is {close[0][:80]!r}" if close else ""
    return f"{name}: SEARCH not found: no line {strange[:80]!r}{hint}"


def _with_body(source: str, body: Sequence[str]) -> str:
    """Return `source` with these lines as its evolve block, every other byte untouched."""
    first, last = evolve_span(source)
    kept = source.splitlines(keepends=True)
    _expect(
        first == 0 or _markers(body) == _markers(kept[first:last]),
        "the change touches the evolve block's markers",
    )
    newline = "\r\n" if "\r\n" in source else "\n"
    child = "".join([*kept[:first], *(line + newline for line in body), *kept[last:]])
    _expect(child != source, "the change leaves the kernel as it was")
    return child


def _markers(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if START in line or END in line]


def _code_of(text: str, entry_point: str) -> str:
    """Return the code in a reply: its longest fenced block, or all of it if it is code."""
    fenced = _fenced(text)
    if fenced:
        return max(fenced, key=lambda code: (f"def {entry_point}(" in code, len(code)))
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        raise NoProposal("the reply holds no fenced code") from None
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    _expect(entry_point in names, f"the reply is no kernel: it defines no {entry_point}")
    return text


def _fenced(text: str) -> list[str]:
    blocks: list[list[str]] = []
    fence = ""
    for line in text.splitlines():
        mark = FENCE.match(line)
        if mark and not fence:
            fence = mark.group(1)
            blocks.append([])
        elif mark and mark.group(1).startswith(fence) and not mark.group(2):
            fence = ""
        elif fence:
            blocks[-1].append(line)
    return ["\n".join(block) for block in blocks]


def _without_frame(source: str, lines: Sequence[str]) -> Sequence[str]:
    """Drop the fixed head and tail that a whole-file rewrite without markers repeats."""
    first, last = evolve_span(source)
    head = _trimmed([line for line in source.splitlines()[:first] if START not in line])
    body = _trimmed(lines)
    if head and body[: len(head)] == head:
        body = _trimmed(body[len(head) :])
    tail = _trimmed([line for line in source.splitlines()[last:] if END not in line])
    if tail and body[-len(tail) :] == tail:
        body = _trimmed(body[: -len(tail)])
    return body
