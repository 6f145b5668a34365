"""A model's answer made a child: SEARCH/REPLACE blocks or a rewrite, inside the evolve block."""

import ast
import itertools
from collections.abc import Sequence

from fie_engine.propose.base import NoProposal
from fie_engine.propose.places import Missing, Place, locate, missing_reason
from fie_engine.propose.reply_blocks import FENCE, Block, expect, trimmed
from fie_engine.propose.source import END, START, evolve_span
from fie_evaluator.syntax import parsed


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
            places.append(locate(lines[first:last], block, first))
        except Missing:
            later.append(block)
    body = _replaced(lines[first:last], places)
    for block in later:
        try:
            body = _replaced(body, [locate(body, block, first)])
        except Missing:
            raise NoProposal(missing_reason(lines, first, last, block, len(blocks))) from None
    return _with_body(source, body)


def apply_rewrite(source: str, text: str, entry_point: str) -> str:
    """Return `source` with its evolve block rewritten from a reply; raises NoProposal."""
    code = _code_of(text, entry_point)
    _, last = evolve_span(code)
    lines = code.splitlines()
    marked = last < len(lines) and END in lines[last]
    body = lines[evolve_span(code)[0] : last] if marked else _without_frame(source, lines)
    return _with_body(source, body)


def _replaced(body: Sequence[str], places: Sequence[Place]) -> list[str]:
    result = list(body)
    ordered = sorted(places, key=lambda place: place.start)
    for before, after in itertools.pairwise(ordered):
        expect(before.stop <= after.start, "two blocks change the same lines")
    for place in reversed(ordered):
        result[place.start : place.stop] = place.replace
    return result


def _with_body(source: str, body: Sequence[str]) -> str:
    """Return `source` with these lines as its evolve block, every other byte untouched."""
    first, last = evolve_span(source)
    kept = source.splitlines(keepends=True)
    expect(
        first == 0 or _markers(body) == _markers(kept[first:last]),
        "the change touches the evolve block's markers",
    )
    newline = "\r\n" if "\r\n" in source else "\n"
    return "".join([*kept[:first], *(line + newline for line in body), *kept[last:]])


def _markers(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if START in line or END in line]


def _code_of(text: str, entry_point: str) -> str:
    """Return the code in a reply: its longest fenced block, or all of it if it is code."""
    fenced = _fenced(text)
    if fenced:
        return max(fenced, key=lambda code: (f"def {entry_point}(" in code, len(code)))
    try:
        tree = parsed(text)
    except (SyntaxError, ValueError):
        raise NoProposal("the reply holds no fenced code") from None
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    right = not entry_point or entry_point in names
    expect(right, f"the reply is no kernel: it defines no {entry_point}")
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
    head = trimmed([line for line in source.splitlines()[:first] if START not in line])
    body = trimmed(lines)
    if head and body[: len(head)] == head:
        body = trimmed(body[len(head) :])
    tail = trimmed([line for line in source.splitlines()[last:] if END not in line])
    if tail and body[-len(tail) :] == tail:
        body = trimmed(body[: -len(tail)])
    return body
