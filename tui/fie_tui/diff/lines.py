"""One kernel against another: what changed, line by line, as plain values."""

import difflib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fie_engine.plaintext import plain
from fie_tui.diff.pairs import paired

Kind = Literal["same", "added", "removed", "hunk"]

Piece = tuple[str, str]
"A run of characters and the name of its syntax colour."

Code = tuple[str, int, int, int, int]
"What became of a range of lines, as difflib says it."

CONTEXT = 3
MOST_LINES = 10_000
MOST_MATCHES = 400_000
"Pairs of equal lines; where there are more, lines that stand everywhere anchor nothing."


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One line of a diff; numbers count from 1, 0 where the side has no line."""

    kind: Kind
    text: str
    "Harmless: no control codes."
    old: int = 0
    new: int = 0
    hunk: int = 0
    "The hunk that it belongs to, from 1; 0 for what lies between hunks."
    pair: int = 0
    "On the other side, the number of the line that it replaces or is replaced by."
    pieces: tuple[Piece, ...] = ()
    "The text in syntax colours; empty until coloured."
    changed: tuple[tuple[int, int], ...] = ()
    "Ranges of the text that its pair has otherwise; empty where all of it is new."


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What changed from one text to the next."""

    lines: tuple[DiffLine, ...]
    added: int
    removed: int

    @property
    def hunks(self) -> tuple[int, ...]:
        """Where each hunk begins: its heading, or its first changed line where there is none."""
        starts: dict[int, int] = {}
        for index, line in enumerate(self.lines):
            if line.hunk and line.kind != "same":
                starts.setdefault(line.hunk, index)
        return tuple(starts.values())


def unified(before: str, after: str, *, whole: bool = False) -> Diff:
    """Return the diff, with a few lines around each hunk or with all there are.

    A text without a predecessor is shown whole.
    """
    old, new = raw_lines(before), raw_lines(after)
    if not before:
        shown = (DiffLine(kind="same", text=plain(text), new=i) for i, text in enumerate(new, 1))
        return Diff(lines=tuple(shown), added=0, removed=0)
    groups = hunk_groups(opcodes(old, new))
    lines = tuple(_with_all(old, new, groups) if whole else _with_headings(old, new, groups))
    return Diff(
        lines=lines,
        added=sum(line.kind == "added" for line in lines),
        removed=sum(line.kind == "removed" for line in lines),
    )


def raw_lines(text: str) -> list[str]:
    """Return the lines of a text; only newlines part them, as in other tools."""
    return text.replace("\r\n", "\n").split("\n", MOST_LINES)[:MOST_LINES]


def opcodes(old: Sequence[str], new: Sequence[str]) -> list[Code]:
    """Return what became of each range of lines; what both ends share is not searched."""
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    middle = matcher(before, after)
    codes: list[Code] = [("equal", 0, head, 0, head)] if head else []
    codes += [
        (tag, a + head, b + head, c + head, d + head) for tag, a, b, c, d in middle.get_opcodes()
    ]
    if tail:
        codes.append(("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
    return codes


def matcher(old: Sequence[str], new: Sequence[str]) -> "difflib.SequenceMatcher[str]":
    """Return what finds equal lines, in bounded time whatever the lines are."""
    return difflib.SequenceMatcher(None, old, new, autojunk=_is_monotonous(old, new))


def _is_monotonous(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether so many lines are alike that matching each with each would take seconds."""
    if len(old) * len(new) <= MOST_MATCHES:
        return False
    counted = Counter(old)
    return sum(counted[line] for line in new) > MOST_MATCHES


def hunk_groups(codes: Sequence[Code]) -> list[list[Code]]:
    """Return the changes that lie close together, each with the context around it."""
    groups: list[list[Code]] = []
    for index, code in enumerate(codes):
        tag, a, b, c, d = code
        if tag != "equal":
            groups = groups or [[]]
            groups[-1].append(code)
            continue
        is_first, is_last = index == 0, index == len(codes) - 1
        if not is_first and not is_last and b - a <= 2 * CONTEXT:
            groups[-1].append(code)
            continue
        if not is_first:
            end = min(b, a + CONTEXT)
            groups[-1].append(("equal", a, end, c, c + end - a))
        if not is_last:
            start = max(a, b - CONTEXT)
            groups.append([("equal", start, b, d - (b - start), d)])
    return groups


def coloured(diff: Diff, old: Sequence[Sequence[Piece]], new: Sequence[Sequence[Piece]]) -> Diff:
    """Return the diff with each line's syntax colours, from both texts coloured whole."""
    return replace(diff, lines=tuple(_colour(line, old, new) for line in diff.lines))


def _colour(
    line: DiffLine, old: Sequence[Sequence[Piece]], new: Sequence[Sequence[Piece]]
) -> DiffLine:
    side, number = (new, line.new) if line.new else (old, line.old)
    if not 0 < number <= len(side):
        return line
    return replace(line, pieces=tuple(side[number - 1]))


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many lines both begin with."""
    for index, (before, after) in enumerate(zip(old, new, strict=False)):
        if before != after:
            return index
    return min(len(old), len(new))


def _with_headings(
    old: Sequence[str], new: Sequence[str], groups: Sequence[Sequence[Code]]
) -> Iterator[DiffLine]:
    for number, group in enumerate(groups, start=1):
        _, old_from, _, new_from, _ = group[0]
        _, _, old_to, _, new_to = group[-1]
        text = f"lines {old_from + 1}–{old_to} → {new_from + 1}–{new_to}"
        yield DiffLine(kind="hunk", text=text, hunk=number)
        for code in group:
            yield from _lines(old, new, code, number)


def _with_all(
    old: Sequence[str], new: Sequence[str], groups: Sequence[Sequence[Code]]
) -> Iterator[DiffLine]:
    at, new_at = 0, 0
    for number, group in enumerate(groups, start=1):
        yield from _lines(old, new, ("equal", at, group[0][1], new_at, group[0][3]), 0)
        for code in group:
            yield from _lines(old, new, code, number)
        _, _, at, _, new_at = group[-1]
    yield from _lines(old, new, ("equal", at, len(old), new_at, len(new)), 0)


def _lines(old: Sequence[str], new: Sequence[str], code: Code, hunk: int) -> Iterator[DiffLine]:
    tag, a, b, c, d = code
    if tag == "equal":
        for offset, text in enumerate(old[a:b]):
            numbers = a + offset + 1, c + offset + 1
            yield DiffLine(kind="same", text=plain(text), old=numbers[0], new=numbers[1], hunk=hunk)
        return
    pairs = paired(old[a:b], new[c:d])
    partner = dict(pairs)
    back = {j: i for i, j in pairs}
    for i, text in enumerate(old[a:b]):
        pair = c + partner[i] + 1 if i in partner else 0
        yield DiffLine(kind="removed", text=plain(text), old=a + i + 1, hunk=hunk, pair=pair)
    for j, text in enumerate(new[c:d]):
        pair = a + back[j] + 1 if j in back else 0
        yield DiffLine(kind="added", text=plain(text), new=c + j + 1, hunk=hunk, pair=pair)
