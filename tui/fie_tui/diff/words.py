"""A diff with what changed inside its lines."""

from dataclasses import replace

from fie_tui.diff.lines import Diff
from fie_tui.diff.pairs import Ranges, changed_words

MOST_PAIRS = 400
"Pairs of lines that are looked into; of a larger rewrite nobody reads words."


def with_words(diff: Diff) -> Diff:
    """Return the diff with the changed words of each line that has a pair."""
    added = {line.new: line for line in diff.lines if line.kind == "added"}
    old: dict[int, Ranges] = {}
    new: dict[int, Ranges] = {}
    for line in diff.lines:
        if line.kind == "removed" and line.pair in added and len(old) < MOST_PAIRS:
            old[line.old], new[line.pair] = changed_words(line.text, added[line.pair].text)
    lines = []
    for line in diff.lines:
        if line.kind == "removed" and old.get(line.old):
            line = replace(line, changed=old[line.old])
        elif line.kind == "added" and new.get(line.new):
            line = replace(line, changed=new[line.new])
        lines.append(line)
    return replace(diff, lines=tuple(lines))
