"""Which new line stands for which old one, and what changed inside it."""

import difflib
import re
from collections import Counter
from collections.abc import Sequence

WORD = re.compile(r"\w+|\s+|[^\w\s]")

Pairs = list[tuple[int, int]]
"Places of an old and of a new line, both counting up."

Ranges = tuple[tuple[int, int], ...]
"Half-open ranges of a line's characters."

MOST_COMPARED = 900
"Old times new lines; a larger rewrite is paired line by line from its top."
LEAST_ALIKE = 0.4
"Share of common words from which two lines are one line, changed."
MOST_CHANGED = 0.75
"Share of changed characters from which the whole line counts as changed."
LONGEST_LINE = 1000
"Characters; a longer line is compared from its two ends only."


def paired(old: Sequence[str], new: Sequence[str]) -> Pairs:
    """Return the lines that are each other's successors, in order on both sides."""
    if not old or not new:
        return []
    if len(old) == len(new) == 1:
        return [(0, 0)]
    if len(old) * len(new) > MOST_COMPARED:
        return [(i, i) for i in range(min(len(old), len(new)))]
    return _best(old, new)


def changed_words(old: str, new: str) -> tuple[Ranges, Ranges]:
    """Return what differs inside an old and a new line; nothing where little is common."""
    if max(len(old), len(new)) > LONGEST_LINE:
        before, after = [*old], [*new]
        head, tail = _ends(before, after)
        return _told(before, after, [(head, len(before) - tail, head, len(after) - tail)])
    before, after = WORD.findall(old), WORD.findall(new)
    head, tail = _ends(before, after)
    # In lines of hundreds of words those that stand everywhere anchor nothing.
    matcher = difflib.SequenceMatcher(
        None, before[head : len(before) - tail], after[head : len(after) - tail], autojunk=True
    )
    codes = [
        (a + head, b + head, c + head, d + head)
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]
    return _told(before, after, codes)


def _best(old: Sequence[str], new: Sequence[str]) -> Pairs:
    """Align the lines so that paired ones have the most words in common."""
    likeness = _likeness(old, new)
    rows, columns = len(old), len(new)
    most = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            most[i][j] = max(most[i + 1][j], most[i][j + 1], likeness[i][j] + most[i + 1][j + 1])
    pairs: Pairs = []
    i = j = 0
    while i < rows and j < columns:
        if likeness[i][j] and most[i][j] == likeness[i][j] + most[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif most[i][j] == most[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _likeness(old: Sequence[str], new: Sequence[str]) -> list[list[float]]:
    """Return each pair's share of common words, 0 where they are too different."""
    before, after = [_words(line) for line in old], [_words(line) for line in new]
    table = []
    for words, size in before:
        row = []
        for others, other_size in after:
            common = sum((words & others).values())
            share = 2 * common / (size + other_size) if size + other_size else 0.0
            row.append(share if share >= LEAST_ALIKE else 0.0)
        table.append(row)
    return table


def _words(line: str) -> tuple[Counter[str], int]:
    """Return a line's names and numbers; its signs where it has nothing else."""
    signs = WORD.findall(line[:LONGEST_LINE])
    words = [word for word in signs if word[0].isalnum() or word[0] == "_"]
    words = words or [sign for sign in signs if not sign.isspace()]
    return Counter(words), len(words)


def _ends(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Return how many words both begin with, and how many more both end with."""
    room = min(len(before), len(after))
    head = next((i for i in range(room) if before[i] != after[i]), room)
    room -= head
    tail = next((i for i in range(room) if before[-1 - i] != after[-1 - i]), room)
    return head, tail


def _told(
    before: Sequence[str], after: Sequence[str], codes: Sequence[tuple[int, int, int, int]]
) -> tuple[Ranges, Ranges]:
    old = _ranges(before, [(a, b) for a, b, _, _ in codes])
    new = _ranges(after, [(c, d) for _, _, c, d in codes])
    if _share(old, before) > MOST_CHANGED and _share(new, after) > MOST_CHANGED:
        return (), ()
    return old, new


def _ranges(words: Sequence[str], spans: Sequence[tuple[int, int]]) -> Ranges:
    """Return spans of words as ranges of characters; those that only blanks part are one."""
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))
    joined: list[tuple[int, int]] = []
    for first, last in spans:
        if first == last:
            continue
        if joined and not "".join(words[joined[-1][1] : first]).strip():
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return tuple((starts[first], starts[last]) for first, last in joined)


def _share(ranges: Ranges, words: Sequence[str]) -> float:
    written = sum(len(word) for word in words if not word.isspace())
    return sum(last - first for first, last in ranges) / written if written else 1.0
