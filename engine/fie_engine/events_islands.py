"""Past facts of islands: founded, joined, left, taken over."""

from dataclasses import dataclass

from fie_engine.events_steering import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class IslandAdded:
    """An island exists from now on."""

    island: int
    founder: str
    "The candidate that seeds it."
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evicted:
    """Candidates left an island's population; their record stays."""

    members: tuple[tuple[str, int], ...]
    "Candidate and island."


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated(Act):
    """Copies of candidates joined another island; a person's act where it has a reason."""

    moves: tuple[tuple[str, int, int], ...]
    "Candidate, from island, to island."


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """The search goes on from where another one's checkpoint left it."""

    source: str
    "The checkpoint's folder."
    iteration: int
    "How many iterations the other search had made."
    members: tuple[tuple[str, int], ...]
    "Candidate and island; a candidate's own island comes first."
    apart: tuple[str, ...]
    "Candidates that are in the population but on no island."
    archive: tuple[str, ...]
    "Ids of members."
    generations: tuple[int, ...]
    "Of each island."


IslandEvent = IslandAdded | Evicted | Migrated | TakenOver
