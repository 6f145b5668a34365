"""What thousands of evaluations come to in a few hundred columns of dots, folded one by one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fie_engine.view.rows import TrendPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The ranges of the axes."""

    low: float
    high: float
    last: int
    "The evaluation at the right edge."
    unit: str = "x"
    "What follows a score; nothing where it is no speedup."

    def x(self, evaluation: int, dots: int) -> int:
        """Return an evaluation's dot column."""
        return round((evaluation - 1) / max(1, self.last - 1) * (dots - 1))

    def y(self, score: float, dots: int) -> int:
        """Return a score's dot row."""
        return round((score - self.low) / (self.high - self.low) * (dots - 1))


@dataclass(slots=True, kw_only=True)
class Folded:
    """What has taken in the first points of a trend, of which only the last may still change."""

    count: int = 0
    newest: TrendPoint | None = None

    def fits(self, points: Sequence[TrendPoint]) -> bool:
        """Whether these points begin with those that were taken in."""
        if not self.count:
            return True
        return len(points) >= self.count and points[self.count - 1] is self.newest

    def take(self, points: Sequence[TrendPoint]) -> None:
        """Take in what is new among the points."""
        for place in range(self.count, len(points)):
            self.add(points[place])
        self.count, self.newest = len(points), points[-1]

    def add(self, point: TrendPoint) -> None:
        """Take in one point."""
        raise NotImplementedError


@dataclass(slots=True, kw_only=True)
class Extent(Folded):
    """The lowest and the highest score; None before the first."""

    low: float | None = None
    high: float | None = None

    def add(self, point: TrendPoint) -> None:
        """Take in one point."""
        for score in (point.score, point.best * (1 + point.noise)):
            if score:
                self.low = score if self.low is None else min(self.low, score)
                self.high = score if self.high is None else max(self.high, score)


@dataclass(slots=True, kw_only=True)
class Columns(Folded):
    """The points of a trend as dots within one frame."""

    frame: Frame
    across: int
    up: int
    tries: set[tuple[int, int]] = field(default_factory=set)
    "Where a candidate's own score lies."
    steps: dict[int, TrendPoint] = field(default_factory=dict)
    "The newest point that has a best, by column."
    stars: list[tuple[int, int]] = field(default_factory=list)
    "Where the best changed hands, as far as there is room: cell column and dot row."
    islands: dict[int | None, list[tuple[int, int]]] = field(default_factory=dict)
    "Where each island's own best rose."
    _bests: dict[int | None, float] = field(default_factory=dict)

    @property
    def edge(self) -> int:
        """The column of the newest point."""
        return self.frame.x(self.newest.evaluation, self.across) if self.newest else 0

    def add(self, point: TrendPoint) -> None:
        """Take in one point."""
        x = self.frame.x(point.evaluation, self.across)
        if point.score:
            self.tries.add((x, self.frame.y(point.score, self.up)))
        if point.best:
            self.steps[x] = point
        if point.improved and x // 2 >= (self.stars[-1][0] + 2 if self.stars else 0):
            self.stars.append((x // 2, self.frame.y(point.best, self.up)))
        places = self.islands.setdefault(point.island, [])
        if point.island is not None and point.score > self._bests.get(point.island, 0.0):
            self._bests[point.island] = point.score
            places.append((x, self.frame.y(point.score, self.up)))
