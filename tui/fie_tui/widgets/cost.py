"""What models and islands cost, and what one percent of the best cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fie_engine.money.budget import NEAR
from fie_engine.money.cost import usd_text
from fie_engine.money.marginal import WINDOW, Effort
from fie_engine.money.spending import Spending
from fie_engine.view.rows import ModelRow
from fie_tui.looks.ink import Line, bar, pad
from fie_tui.told import costs
from fie_tui.told.scene import Scene
from fie_tui.widgets.panel import Panel

BAR_WIDTH = 10
LONGEST_LIMIT = 11
SHORTEST_NAME = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Spender:
    """A model or an island, and what it spent."""

    name: str
    whole: Effort
    lately: Effort
    replies: ModelRow | None
    "What its replies came to; None for an island, and for operators."


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One figure of every spender."""

    title: str
    width: int
    told: Callable[[Spending, Spender], str]
    paid: bool = True
    "Whether it says something of replies only."


class Cost(Panel):
    """In all, the budget, then a line for each model and each island."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._lines: list[Line] = []

    def begin(self, scene: Scene, width: int) -> None:
        """Add everything up."""
        money = scene.view.money
        if not money.efforts.by_island:
            self._lines = []
            return
        models, islands = _models(scene), _islands(money)
        kept = _fitting(money, width)
        longest = max(len(one.name) for one in (*models, *islands))
        name = max(SHORTEST_NAME, min(longest, width - 2 - sum(one.width for one in kept)))
        titles = "".join(one.title.rjust(one.width) for one in kept)
        self._lines = [
            *_budget_lines(scene),
            ((f" {pad('proposed by', name)}{titles}", "faint"),),
            *(_line(money, one, kept, name) for one in models),
            ((f" {pad('on', name)}", "faint"),),
            *(_line(money, one, kept, name) for one in islands),
        ]

    def caption(self) -> Line:
        """Say what all of it cost."""
        if self.scene is None:
            return ()
        return ((costs.cost_told(self.scene.view.money.total), "title"),)

    def length(self) -> int:
        """Return the number of lines."""
        return len(self._lines)

    def line(self, index: int, width: int) -> Line:
        """Return one line."""
        return self._lines[index]

    def empty(self) -> Sequence[str]:
        """Say what will be here."""
        return ("what models, judging and each percent cost", "appears with the first judging")


def _models(scene: Scene) -> list[Spender]:
    """Return what proposed; who was paid for most replies comes first."""
    efforts = scene.view.money.efforts
    replies = {row.model: row for row in scene.view.models.rows}
    found = [
        Spender(
            name=name, whole=whole, lately=efforts.recent(model=name), replies=replies.get(name)
        )
        for name, whole in efforts.by_model.items()
    ]
    return sorted(found, key=lambda one: -one.whole.cost.replies)


def _islands(money: Spending) -> list[Spender]:
    efforts = money.efforts
    return [
        Spender(
            name=f"island {island}",
            whole=whole,
            lately=efforts.recent(island=island),
            replies=None,
        )
        for island, whole in sorted(efforts.by_island.items())
    ]


def _budget_lines(scene: Scene) -> list[Line]:
    """Return each limit, how much of it is spent, and what is left."""
    money = scene.view.money
    spent = money.spent(scene.now if scene.engine else scene.view.last_at)
    lines: list[Line] = []
    for name, limit in money.budget.limits():
        share = spent.of(name) / limit
        left = costs.short(name, max(0.0, limit - spent.of(name)))
        told = f" {costs.short(name, spent.of(name))} of {costs.short(name, limit)}, {left} left "
        ink = "warn" if share >= NEAR else "good"
        what = pad(name.replace("_", " "), LONGEST_LIMIT)
        lines.append(((f" budget {what} ", "text"), (bar(share, BAR_WIDTH), ink), (told, "strong")))
    return lines


def _line(money: Spending, one: Spender, kept: Sequence[Column], name: int) -> Line:
    cells = "".join(column.told(money, one).rjust(column.width) for column in kept)
    return [(f" {pad(one.name, name)}", "text"), (cells, "strong")]


def _fitting(money: Spending, width: int) -> list[Column]:
    """Return the columns that there is room for, in their order; the last to say least go first."""
    kept = [one for one in COLUMNS if not one.paid or money.total.replies]
    for title in FIRST_TO_GO:
        if 2 + SHORTEST_NAME + sum(one.width for one in kept) <= width:
            break
        kept = [one for one in kept if one.title != title]
    return kept


def _rate(money: Spending, effort: Effort) -> str:
    rate = effort.per_step(money.unit)
    return "–" if rate is None else costs.short(money.unit, rate)


def _reply_count(one: Spender, count: Callable[[ModelRow], int]) -> str:
    return "" if one.replies is None else f"{count(one.replies):,}"


COLUMNS = (
    Column(
        title="replies",
        width=8,
        told=lambda money, one: f"{one.whole.cost.replies:,}" if one.whole.cost.replies else "–",
    ),
    Column(
        title="passed",
        width=7,
        told=lambda money, one: _reply_count(one, lambda row: row.passed),
    ),
    Column(
        title="better",
        width=7,
        told=lambda money, one: _reply_count(one, lambda row: row.improved),
    ),
    Column(
        title="tokens",
        width=8,
        told=lambda money, one: (
            costs.short("tokens", one.whole.cost.tokens) if one.whole.cost.replies else "–"
        ),
    ),
    Column(title="dollars", width=11, told=lambda money, one: usd_text(one.whole.cost) or "–"),
    Column(
        title="judged",
        width=8,
        told=lambda money, one: costs.judged_told(one.whole.cost),
        paid=False,
    ),
    Column(title="per +1%", width=9, told=lambda money, one: _rate(money, one.whole), paid=False),
    Column(
        title=f"last {WINDOW}",
        width=9,
        told=lambda money, one: _rate(money, one.lately),
        paid=False,
    ),
)

FIRST_TO_GO = ("judged", "passed", "tokens", f"last {WINDOW}", "dollars", "replies")
