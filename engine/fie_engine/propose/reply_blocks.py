"""The SEARCH/REPLACE blocks of a model's reply, as models really write them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fie_engine.propose.base import NoProposal

SEARCH = re.compile(r"^\s*<{5,9}\s*(?:SEARCH|ORIGINAL)\s*:?\s*$")
DIVIDER = re.compile(r"^\s*={7}\s*$")
REPLACE = re.compile(r"^\s*>{5,9}\s*(?:REPLACE|UPDATED)\s*:?\s*$")
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


def parse_blocks(text: str) -> list[Block]:
    """Return a reply's blocks in order; raises NoProposal where one is malformed."""
    blocks: list[Block] = []
    search: list[str] = []
    replace: list[str] = []
    inside: list[str] | None = None
    for line in text.splitlines():
        number = len(blocks) + 1
        if SEARCH.match(line):
            expect(inside is None, f"block {number} begins before the one above it ended")
            search, replace = [], []
            inside = search
        elif inside is None:
            expect(not REPLACE.match(line), f"a REPLACE line stands outside block {number}")
        elif DIVIDER.match(line):
            expect(inside is search, f"block {number} has two ======= lines")
            inside = replace
        elif REPLACE.match(line):
            expect(inside is replace, f"block {number} has no ======= line")
            blocks.append(_block(number, search, replace))
            inside = None
        else:
            inside.append(line.rstrip("\r"))
    expect(inside is None, f"block {len(blocks) + 1} has no end")
    expect(bool(blocks), "the reply holds no SEARCH/REPLACE block")
    return blocks


def parse_with_pattern(text: str, pattern: str) -> list[Block]:
    """Return the blocks that a configuration's own diff_pattern finds; imports openevolve."""
    from openevolve.utils.code_utils import extract_diffs

    found = extract_diffs(text.replace("\r\n", "\n"), pattern)
    expect(bool(found), "the reply holds nothing that diff_pattern matches")
    return [
        _block(number, search.split("\n"), replace.split("\n"))
        for number, (search, replace) in enumerate(found, start=1)
    ]


def summarise(blocks: Sequence[Block]) -> str:
    """Return one line that says what the blocks change, for replies without a word of why."""
    removed = sum(len(block.search) for block in blocks)
    added = sum(len(block.replace) for block in blocks)
    fresh = [line for block in blocks for line in block.replace if line not in block.search]
    sample = next((line.strip() for line in fresh if line.strip()), "")
    return f"{len(blocks)} edit(s), -{removed} +{added} lines{': ' if sample else ''}{sample}"


def expect(holds: bool, problem: str) -> None:
    """Raise NoProposal with the problem unless it holds."""
    if not holds:
        raise NoProposal(problem)


def _block(number: int, search: Sequence[str], replace: Sequence[str]) -> Block:
    wanted = _unfenced(search)
    expect(any(line.strip() for line in wanted), f"block {number} has an empty SEARCH")
    return Block(number=number, search=tuple(wanted), replace=tuple(_unfenced(replace)))


def _unfenced(lines: Sequence[str]) -> list[str]:
    kept = list(trimmed(lines))
    if len(kept) >= 2 and FENCE.match(kept[0]) and FENCE.match(kept[-1]):
        return kept[1:-1]
    return list(lines)


def trimmed(lines: Sequence[str]) -> Lines:
    """Return the lines without blank ones at either end."""
    written = [number for number, line in enumerate(lines) if line.strip()]
    return tuple(lines[written[0] : written[-1] + 1]) if written else ()
