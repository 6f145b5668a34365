"""Each island's population in figures."""

from collections.abc import Sequence

from fie_engine.money.marginal import Effort
from fie_engine.view.rows import IslandRow
from fie_tui.looks.ink import Line, pad, spark
from fie_tui.messages import ListAsked
from fie_tui.told.costs import short
from fie_tui.told.doing import doings, island_now
from fie_tui.told.scene import Scene
from fie_tui.widgets.panel import Panel

LEAST_TREND, MOST_TREND = 6, 24
FIXED_WIDTH = 32
"Cells of the figures, where there is room for all."
NOW_WIDTH = 16
"Room for what an island does."
PRICE_WIDTH = 9
WITH_TREND, WITH_MEAN = 41, 48
"From these widths on there is room for more than what an island does."
PRICED = 62
"From this width on there is room for what 1 % of the best costs here, where models are paid."


class Islands(Panel):
    """One line an island; Enter shows its candidates."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._rows: list[IslandRow] = []
        self._at = 0
        self._doing: dict[int, str] = {}

    @property
    def in_hand(self) -> int | None:
        """The number of the island under the cursor, once there are islands."""
        return self._rows[self._at].island if self._rows else None

    def begin(self, scene: Scene, width: int) -> None:
        """Take the islands of this moment."""
        self._rows = scene.view.islands()
        self._at = max(0, min(self._at, len(self._rows) - 1))
        self._doing = doings(scene.view, scene.live if scene.engine else None, scene.now)

    def head(self, width: int) -> Sequence[Line]:
        """Name the columns."""
        mean = "   mean" if width >= WITH_MEAN else ""
        trend = "trend".ljust(self._trend_width(width)) + "  " if width >= WITH_TREND else ""
        price = "  per +1%" if self._priced(width) else ""
        return (((f"   # pop  best{mean} stale{price}  {trend}now", "faint"),),)

    def length(self) -> int:
        """Return the number of islands."""
        return len(self._rows)

    def cursor(self) -> int | None:
        """Return the island in hand, shown while this panel has the focus."""
        return self._at if self.scene and self.scene.sight.focus == self.panel else None

    def empty(self) -> Sequence[str]:
        """Say what will be here."""
        return ("islands appear with the", "seed's first judging")

    def move(self, step: int) -> str:
        """Take another island in hand."""
        self._at = max(0, min(self._at + step, len(self._rows) - 1))
        self.repaint()
        return ""

    def open(self) -> str:
        """Ask for the candidates of the island in hand."""
        if self._rows:
            self.post_message(ListAsked(f"island:{self._rows[self._at].island}"))
        return ""

    def click_line(self, index: int) -> None:
        """Take the clicked island in hand."""
        self._at = index
        self.repaint()

    def line(self, index: int, width: int) -> Line:
        """Return one island."""
        row = self._rows[index]
        scene = self.scene
        champion = scene is not None and row.best_candidate == scene.view.best_candidate
        chosen = scene.chosen if scene is not None else None
        mine = chosen is not None and chosen.candidate.island == row.island
        ink = "faint" if row.retired else "text"
        best = f"{row.best:6.2f}" if row.best_candidate else "     –"
        mean = (f"{row.mean:7.2f}" if row.mean else "      –") if width >= WITH_MEAN else ""
        room = self._trend_width(width)
        trend = [(pad(spark(row.trend, room), room), "spark"), ("  ", ink)]
        return [
            ("▸" if mine else " ", "good"),
            ("★" if champion and row.best else " ", "best"),
            (f"{row.island:>2}{row.population:>4}", ink),
            (best, "strong" if not row.retired else ink),
            (f"{mean}{row.stagnation:>6}{self._price(row, width)}  ", ink),
            *(trend if width >= WITH_TREND else []),
            (island_now(row, self._doing, engine=scene is not None and scene.engine), "dim"),
        ]

    def _trend_width(self, width: int) -> int:
        price = PRICE_WIDTH if self._priced(width) else 0
        return max(LEAST_TREND, min(MOST_TREND, width - FIXED_WIDTH - price - NOW_WIDTH))

    def _priced(self, width: int) -> bool:
        paid = self.scene is not None and self.scene.view.money.total.replies > 0
        return paid and width >= PRICED

    def _price(self, row: IslandRow, width: int) -> str:
        if self.scene is None or not self._priced(width):
            return ""
        money = self.scene.view.money
        rate = money.efforts.by_island.get(row.island, Effort()).per_step(money.unit)
        return f"{'–' if rate is None else short(money.unit, rate):>9}"
