"""A model's unfinished reply as the child that it makes of its parent so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fie_engine.propose.base import NoProposal
from fie_engine.propose.places import Missing, Place, locate
from fie_engine.propose.reply_blocks import DIVIDER, FENCE, REPLACE, SEARCH, Block
from fie_engine.propose.source import END, START, evolve_span
from fie_tui.diff.lines import matcher, raw_lines
from fie_tui.diff.pairs import paired

PROSE_LINES = 200
MOST_BLOCKS = 50
"Blocks that are looked for in the parent; more than any reply of use has."


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What can be told of a reply before it has ended."""

    source: str
    "The parent's text with what was written so far; the parent's own before that."
    progress: str
    "One line; empty while the model only talks."
    prose: tuple[str, ...]
    "What it says around its code; hostile."


@dataclass(slots=True, kw_only=True)
class _Piece:
    """A block or a fenced text, finished or not."""

    search: list[str] = field(default_factory=list)
    replace: list[str] = field(default_factory=list)
    part: str = "search"
    'What is being written: "search", "replace", or "" for nothing more.'


@dataclass(slots=True, kw_only=True)
class _Heard:
    """A reply, taken apart as far as it goes."""

    blocks: list[_Piece] = field(default_factory=list)
    fenced: list[list[str]] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)


def drafted(parent: str, reply: str) -> Draft:
    """Return what a reply makes of its parent so far; what doesn't fit is only counted."""
    heard = _heard(_whole_lines(reply))
    prose = tuple(heard.prose[-PROSE_LINES:])
    if heard.blocks:
        source, lost = _with_blocks(parent, heard.blocks)
        return Draft(source=source, progress=_progress(heard.blocks, lost), prose=prose)
    longest = max(heard.fenced, key=len, default=[])
    if longest:
        source = _rewritten(parent, longest)
        return Draft(source=source, progress=f"rewriting, {len(longest)} lines", prose=prose)
    return Draft(source=parent, progress="", prose=prose)


def _whole_lines(reply: str) -> list[str]:
    """Return the lines that have ended, and the last one unless it may become a marker."""
    lines = raw_lines(reply)
    last = lines[-1].strip()
    if not last or set(last) <= set("<=>`~") or last.startswith(("<<<<<", ">>>>>")):
        lines.pop()
    return lines


def _heard(lines: Sequence[str]) -> _Heard:
    heard = _Heard()
    block: _Piece | None = None
    fence: list[str] | None = None
    for line in lines:
        if SEARCH.match(line):
            block, fence = _Piece(), None
            heard.blocks.append(block)
        elif block is not None:
            block = _take(block, line)
        elif FENCE.match(line):
            fence = [] if fence is None else None
            if fence is not None:
                heard.fenced.append(fence)
        elif fence is not None:
            fence.append(line)
        else:
            heard.prose.append(line)
    return heard


def _take(block: _Piece, line: str) -> _Piece | None:
    """Let a block take a line; return it unless that was its end."""
    if REPLACE.match(line):
        block.part = ""
        return None
    if DIVIDER.match(line) and block.part == "search":
        block.part = "replace"
    elif not FENCE.match(line):
        (block.search if block.part == "search" else block.replace).append(line)
    return block


def _with_blocks(parent: str, blocks: Sequence[_Piece]) -> tuple[str, int]:
    """Return the parent with each block that has a place in it, and how many have none."""
    lines = raw_lines(parent)
    first, last = evolve_span(parent)
    body = lines[first:last]
    lost = 0
    for number, block in enumerate(blocks[:MOST_BLOCKS], start=1):
        if block.part == "search" or not any(line.strip() for line in block.search):
            continue
        replace = block.replace if not block.part else _with_rest(block.search, block.replace)
        wanted = Block(number=number, search=tuple(block.search), replace=tuple(replace))
        try:
            place: Place = locate(body, wanted, first)
        except (Missing, NoProposal):
            lost += 1
            continue
        body[place.start : place.stop] = place.replace
    return "\n".join([*lines[:first], *body, *lines[last:]]), lost


def _progress(blocks: Sequence[_Piece], lost: int) -> str:
    done = sum(not block.part for block in blocks)
    words = [f"{done} block{'' if done == 1 else 's'}"]
    if blocks[-1].part:
        words.append(f"writing block {len(blocks)}")
    if lost:
        words.append(f"{lost} without a place in the parent")
    return ", ".join(words)


def _rewritten(parent: str, code: Sequence[str]) -> str:
    """Return the parent with its evolve block, or all of it, overwritten as far as code goes."""
    lines = raw_lines(parent)
    first, last = evolve_span(parent)
    marker = next((i for i, line in enumerate(code) if START in line), None)
    if marker is not None:
        code = code[marker + 1 :]
        end = next((i for i, line in enumerate(code) if END in line), None)
        body = code if end is not None else _with_rest(lines[first:last], code)
        return "\n".join([*lines[:first], *body[:end], *lines[last:]])
    begins = next((line for line in code if line.strip()), "")
    if begins in lines[:first]:
        return "\n".join(_with_rest(lines, code))
    return "\n".join([*lines[:first], *_with_rest(lines[first:last], code), *lines[last:]])


def _with_rest(old: Sequence[str], written: Sequence[str]) -> list[str]:
    """Return what was written and, after it, the old lines that it hasn't come to yet."""
    reached = fresh = 0
    for start, place, size in matcher(old, written).get_matching_blocks():
        if any(line.strip() for line in written[place : place + size]):
            reached, fresh = start + size, place + size
    # What is new at the end may stand for old lines that are much like it.
    stood_for = paired(old[reached : reached + len(written) - fresh], written[fresh:])
    reached += max((i + 1 for i, _ in stood_for), default=0)
    last = next((i for i in reversed(range(len(written))) if written[i].strip()), -1)
    return [*written[: last + 1], *old[reached:]]
