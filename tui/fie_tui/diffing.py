"""One kernel against another: a unified diff as plain values."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fie_engine.plaintext import plain_lines

Kind = Literal["same", "added", "removed", "hunk"]

Piece = tuple[str, str]
"A run of characters and the name of its syntax colour."

CONTEXT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One line of a unified diff; numbers count from 1, 0 where the side has no line."""

    kind: Kind
    text: str
    "Harmless: no control codes."
    old: int = 0
    new: int = 0
    pieces: tuple[Piece, ...] = ()
    "The text in syntax colours; empty until coloured."


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What changed from one text to the next."""

    lines: tuple[DiffLine, ...]
    added: int
    removed: int

    @property
    def hunks(self) -> tuple[int, ...]:
        """Line indices of the hunk headings."""
        return tuple(i for i, line in enumerate(self.lines) if line.kind == "hunk")


def unified(before: str, after: str) -> Diff:
    """Return the unified diff; a text without a predecessor is shown whole."""
    old, new = plain_lines(before), plain_lines(after)
    if not before:
        return _whole(new)
    lines: list[DiffLine] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for group in matcher.get_grouped_opcodes(CONTEXT):
        lines.append(_heading(group))
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                lines.extend(_same(old, old_from, old_to, new_from))
                continue
            lines.extend(
                DiffLine(kind="removed", text=old[i], old=i + 1) for i in range(old_from, old_to)
            )
            lines.extend(
                DiffLine(kind="added", text=new[i], new=i + 1) for i in range(new_from, new_to)
            )
    return Diff(
        lines=tuple(lines),
        added=sum(line.kind == "added" for line in lines),
        removed=sum(line.kind == "removed" for line in lines),
    )


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


def _whole(lines: Sequence[str]) -> Diff:
    shown = (DiffLine(kind="same", text=text, new=i) for i, text in enumerate(lines, start=1))
    return Diff(lines=tuple(shown), added=0, removed=0)


def _same(old: Sequence[str], start: int, stop: int, new_start: int) -> list[DiffLine]:
    return [
        DiffLine(kind="same", text=old[i], old=i + 1, new=new_start + i - start + 1)
        for i in range(start, stop)
    ]


def _heading(group: Sequence[tuple[str, int, int, int, int]]) -> DiffLine:
    _, old_from, _, new_from, _ = group[0]
    _, _, old_to, _, new_to = group[-1]
    text = f"lines {old_from + 1}–{old_to} → {new_from + 1}–{new_to}"
    return DiffLine(kind="hunk", text=text)
