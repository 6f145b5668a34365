"""Where in a kernel a SEARCH/REPLACE block goes, or why that can't be told."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from fie_engine.propose.reply_blocks import Block, Lines, expect, trimmed

MOST_LINES_SHOWN = 8
LEAST_LIKENESS = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a block goes, and what goes there."""

    start: int
    stop: int
    "Half-open range of lines."
    replace: Lines


class Missing(Exception):
    """A block's SEARCH is nowhere in the evolve block."""


def locate(body: Sequence[str], block: Block, offset: int) -> Place:
    """Find a block's only place; `offset` is how many lines stand above the body.

    It is looked for as it is, then with trimmed edges, then whatever its indentation and blank
    lines are. Raises Missing, and NoProposal where there are several places.
    """
    for search, replace in (
        (block.search, block.replace),
        (trimmed(block.search), trimmed(block.replace)),
    ):
        starts = _matches(body, search, exact=True) or _matches(body, search, exact=False)
        if starts:
            start = _only(starts, block, offset)
            return Place(start=start, stop=start + len(search), replace=replace)
    search = trimmed(block.search)
    spans = dict(_loose_matches(body, search))
    start = _only(list(spans), block, offset)
    moved = _shifted(trimmed(block.replace), search, body[start])
    return Place(start=start, stop=spans[start], replace=moved)


def missing_reason(lines: Sequence[str], first: int, last: int, block: Block, total: int) -> str:
    """Say why a block has no place in the evolve block, lines[first:last], and what is nearest."""
    name = f"block {block.number} of {total}"
    outside = [*lines[:first], "", *lines[last:]]
    if _matches(outside, trimmed(block.search), exact=False):
        return f"{name} edits the fixed region outside the evolve block"
    near = _nearest_text(lines, first, last, block)
    known = {line.strip() for line in lines[first:last]}
    strange = next((line.strip() for line in block.search if line.strip() not in known), "")
    if not strange:
        return f"{name}: its SEARCH lines are all there, but not in that order{near}"
    close = difflib.get_close_matches(strange, sorted(known), n=1, cutoff=LEAST_LIKENESS)
    hint = f"; the nearest line is {close[0][:80]!r}" if close else ""
    return f"{name}: SEARCH not found: no line {strange[:80]!r}{hint}{near}"


def _nearest_text(lines: Sequence[str], first: int, last: int, block: Block) -> str:
    """Return the part of the evolve block that is most like a SEARCH of several lines."""
    wanted = [line for line in block.search if line.strip()][:MOST_LINES_SHOWN]
    written = [number for number in range(first, last) if lines[number].strip()]
    if len(wanted) < 2 or len(written) < len(wanted):
        return ""
    likeness = [_likeness(line, [lines[number] for number in written]) for line in wanted]
    size = len(wanted)
    starts = range(len(written) - size + 1)
    at = max(starts, key=lambda at: sum(max(row[at : at + size]) ** 2 for row in likeness))
    start, stop = written[at], written[at + size - 1] + 1
    text = "\n".join(line[:120] for line in lines[start:stop])
    return f"\nThe nearest text, from line {start + 1}:\n{text}"


def _likeness(wanted: str, lines: Sequence[str]) -> list[float]:
    matcher = difflib.SequenceMatcher(b=wanted.strip(), autojunk=False)
    found = []
    for line in lines:
        matcher.set_seq1(line.strip())
        found.append(matcher.quick_ratio())
    return found


def _matches(body: Sequence[str], search: Lines, *, exact: bool) -> list[int]:
    def same(left: str, right: str) -> bool:
        return left == right if exact else left.rstrip() == right.rstrip()

    return [
        start
        for start in range(len(body) - len(search) + 1)
        if all(same(body[start + at], line) for at, line in enumerate(search))
    ]


def _loose_matches(body: Sequence[str], search: Lines) -> list[tuple[int, int]]:
    """Return the ranges whose written lines are the search's, shifted as a whole at most."""
    written = [number for number, line in enumerate(body) if line.strip()]
    wanted = [line for line in search if line.strip()]
    outdented = _outdented(wanted)
    found = []
    for at in range(len(written) - len(wanted) + 1):
        numbers = written[at : at + len(wanted)]
        first_line_fits = body[numbers[0]].strip() == wanted[0].strip()
        if first_line_fits and _outdented([body[number] for number in numbers]) == outdented:
            found.append((numbers[0], numbers[-1] + 1))
    return found


def _outdented(lines: Sequence[str]) -> list[str]:
    margin = min((_indent(line) for line in lines), default=0)
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


def _only(starts: Sequence[int], block: Block, offset: int) -> int:
    if not starts:
        raise Missing
    *others, last = (str(start + offset + 1) for start in starts[:6])
    expect(
        len(starts) == 1,
        f"block {block.number}: its SEARCH is found {len(starts)} times, at lines "
        f"{', '.join(others)} and {last}; more lines would tell the place",
    )
    return starts[0]
