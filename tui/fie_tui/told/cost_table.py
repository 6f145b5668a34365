"""Who spent how much of a run's cost, and what one percent cost them."""

from collections.abc import Iterator

from fie_engine.money.cost import Unit, usd_text
from fie_engine.money.marginal import WINDOW, Effort
from fie_engine.money.spending import Spending
from fie_tui.told.costs import judged_told, rate_told
from fie_tui.told.summary import table


def cost_table(money: Spending) -> Iterator[str]:
    """Yield who spent how much, and what +1 % of the best cost: over the run and lately."""
    if not money.total.replies:
        return
    unit = money.unit
    rows: list[tuple[str, ...]] = [
        ("", "replies", "tokens", "dollars", "judged", "per +1 %", f"last {WINDOW}")
    ]
    rows += [
        _row(name, effort, money.efforts.recent(model=name), unit)
        for name, effort in money.efforts.by_model.items()
    ]
    rows += [
        _row(f"island {island}", effort, money.efforts.recent(island=island), unit)
        for island, effort in sorted(money.efforts.by_island.items())
    ]
    yield "costs"
    yield from table(rows)


def _row(name: str, whole: Effort, lately: Effort, unit: Unit) -> tuple[str, ...]:
    cost = whole.cost
    return (
        name,
        f"{cost.replies:,}",
        f"{cost.tokens:,}",
        usd_text(cost) or "–",
        judged_told(cost),
        rate_told(whole, unit),
        rate_told(lately, unit),
    )
