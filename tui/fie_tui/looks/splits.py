"""How a screen is cut into panels, as a tree, and how far a person moved the cuts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from textual.geometry import Region

Direction = Literal["columns", "rows"]
"columns: side by side; rows: one above the other."

LEAST_WIDTH, LEAST_HEIGHT = 20, 4
"A panel is never made smaller than this by hand."

STEP = 0.04
"Share of the whole by which one key press moves a cut."
MOST_STEPS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """How far a person moved each cut from its usual place."""

    moved: tuple[tuple[str, int], ...] = ()
    "The name of a cut, and steps towards its end."

    def steps(self, cut: str) -> int:
        """Return how far a cut was moved."""
        return dict(self.moved).get(cut, 0)

    def shifted(self, cut: str, steps: int) -> "Splits":
        """Return the splits with one cut moved on."""
        to = max(-MOST_STEPS, min(MOST_STEPS, self.steps(cut) + steps))
        others = tuple(one for one in self.moved if one[0] != cut)
        return replace(self, moved=(*others, (cut, to)) if to else others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Room for one panel at a time, of those that share it."""

    panels: tuple[str, ...]

    def front(self, recent: tuple[str, ...]) -> str:
        """Return the panel in sight: the one that had the keys last."""
        return next((name for name in recent if name in self.panels), self.panels[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Two parts of a screen, and where one ends."""

    name: str
    direction: Direction
    share: float
    "Of the first part."
    first: "Tree"
    second: "Tree"


Tree = Place | Cut


def places(tree: Tree) -> Iterator[Place]:
    """Yield the places of a tree."""
    if isinstance(tree, Place):
        yield tree
    else:
        yield from places(tree.first)
        yield from places(tree.second)


def laid_out(
    tree: Tree, region: Region, splits: Splits, recent: tuple[str, ...]
) -> dict[str, Region]:
    """Return where the panels in sight lie."""
    if isinstance(tree, Place):
        return {tree.front(recent): region}
    one, other = _halves(tree, region, splits)
    return laid_out(tree.first, one, splits, recent) | laid_out(tree.second, other, splits, recent)


def cut_beside(tree: Tree, panel: str, direction: Direction) -> tuple[str, int] | None:
    """Return the nearest cut that bounds a panel, and the step that makes the panel larger."""
    if isinstance(tree, Place):
        return None
    inside, towards_end = (tree.first, 1) if _holds(tree.first, panel) else (tree.second, -1)
    nearer = cut_beside(inside, panel, direction)
    if nearer is not None or tree.direction != direction:
        return nearer
    return tree.name, towards_end


def _halves(cut: Cut, region: Region, splits: Splits) -> tuple[Region, Region]:
    columns = cut.direction == "columns"
    whole, least = (region.width, LEAST_WIDTH) if columns else (region.height, LEAST_HEIGHT)
    least = min(least, whole // 2)
    usual = round(whole * cut.share)
    moved = usual + round(whole * STEP * splits.steps(cut.name))
    first = max(least, min(whole - least, moved))
    return region.split_vertical(first) if columns else region.split_horizontal(first)


def _holds(tree: Tree, panel: str) -> bool:
    return any(panel in place.panels for place in places(tree))
