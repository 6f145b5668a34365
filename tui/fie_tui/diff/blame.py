"""Who wrote each line of a kernel: its lineage walked from the first ancestor on."""

from collections import OrderedDict
from collections.abc import Callable, Sequence

from fie_tui.diff.lines import opcodes, raw_lines

Authors = tuple[str, ...]
"For each line of a kernel the candidate that wrote it."

KERNELS_KEPT = 256


def inherited(authors: Authors, before: str, after: str, by: str) -> Authors:
    """Return the authors of a child's lines: its parent's where they stayed, else its own."""
    old, new = raw_lines(before), raw_lines(after)
    written: list[str] = []
    for tag, a, b, c, d in opcodes(old, new):
        written += authors[a:b] if tag == "equal" else [by] * (d - c)
    return tuple(written)


class Blame:
    """Remembers whom lines belong to, so that one more step of a lineage costs one comparison."""

    def __init__(self, source_of: Callable[[str], str]) -> None:
        self._source_of = source_of
        self._known: OrderedDict[str, Authors] = OrderedDict()

    def authors(self, lineage: Sequence[str]) -> Authors:
        """Return who wrote the last kernel's lines; `lineage` begins with the first ancestor.

        Kernels of a run never change, so that what was found once stays true.
        """
        known = next((i for i in reversed(range(len(lineage))) if lineage[i] in self._known), -1)
        authors: Authors = self._known[lineage[known]] if known >= 0 else ()
        before = self._source_of(lineage[known]) if -1 < known < len(lineage) - 1 else ""
        for place, name in enumerate(lineage[known + 1 :], start=known + 1):
            source = self._source_of(name)
            if place == 0:
                authors = (name,) * len(raw_lines(source))
            else:
                authors = inherited(authors, before, source, name)
            before = source
            self._keep(name, authors)
        return authors

    def _keep(self, name: str, authors: Authors) -> None:
        self._known[name] = authors
        if len(self._known) > KERNELS_KEPT:
            self._known.popitem(last=False)
