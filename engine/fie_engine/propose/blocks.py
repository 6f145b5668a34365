"""A change as SEARCH/REPLACE blocks, the form in which models answer."""

import difflib
from dataclasses import dataclass


def search_replace(before: str, after: str) -> str:
    """Return blocks that turn one text into the other; each SEARCH occurs once in the first.

    The last change comes first: readers take the first match in the text as it is by then,
    and what lies above a block is still the old text, in which its SEARCH is unique.
    """
    change = Change(before.split("\n"), after.split("\n"))
    return "\n".join(change.block(region) for region in reversed(change.regions()))


@dataclass(frozen=True, slots=True)
class Region:
    """Old lines and the new lines in their place, as half-open ranges."""

    first: int
    last: int
    new_first: int
    new_last: int

    def joined(self, later: "Region") -> "Region":
        """Return the range of both."""
        return Region(self.first, later.last, self.new_first, later.new_last)


class Change:
    """Two texts as lines, and how their differences are cut into blocks."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        self.old = old
        self.new = new
        self.stripped = [line.rstrip() for line in old]

    def block(self, region: Region) -> str:
        """Write one region as a block."""
        search = self.old[region.first : region.last]
        replace = self.new[region.new_first : region.new_last]
        lines = ["<<<<<<< SEARCH", *search, "=======", *replace, ">>>>>>> REPLACE"]
        return "\n".join(lines)

    def regions(self) -> list[Region]:
        """Return the changed regions, each widened until a reader finds its place."""
        matcher = difflib.SequenceMatcher(None, self.old, self.new, autojunk=False)
        pending = [Region(*code[1:]) for code in matcher.get_opcodes() if code[0] != "equal"]
        done: list[Region] = []
        while pending:
            region = pending.pop(0)
            if self._ends_solid(region) and self._is_unique(region):
                done.append(region)
            elif self._ends_solid(region) and done and done[-1].last == region.first:
                pending.insert(0, done.pop().joined(region))
            elif self._ends_solid(region) and region.first > 0:
                wider = Region(region.first - 1, region.last, region.new_first - 1, region.new_last)
                pending.insert(0, wider)
            elif pending and pending[0].first == region.last:
                pending.insert(0, region.joined(pending.pop(0)))
            elif region.last < len(self.old):
                wider = Region(region.first, region.last + 1, region.new_first, region.new_last + 1)
                pending.insert(0, wider)
            else:
                return [Region(0, len(self.old), 0, len(self.new))]
        return done

    def _ends_solid(self, region: Region) -> bool:
        """Return whether both sides end in a line that readers don't strip."""
        old, new = (
            self.old[region.first : region.last],
            self.new[region.new_first : region.new_last],
        )
        return all(lines and lines[-1] and lines[-1] == lines[-1].rstrip() for lines in (old, new))

    def _is_unique(self, region: Region) -> bool:
        """Return whether the old lines occur once; readers ignore blanks at line ends."""
        size = region.last - region.first
        wanted = self.stripped[region.first : region.last]
        places = range(len(self.old) - size + 1)
        return sum(self.stripped[place : place + size] == wanted for place in places) == 1
