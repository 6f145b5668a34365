"""What a run's costs call for: a warning, a suggestion, or the end."""

from fie_engine import events as e
from fie_engine.money.budget import exhausted, near
from fie_engine.money.marginal import suggestion
from fie_engine.view.run import RunView


def limit_reached(view: RunView, now: float) -> str:
    """Return the name of the budget's limit that is reached at a Unix time; empty for none."""
    return exhausted(view.money.budget, view.money.spent(now))


def notices(view: RunView, now: float) -> tuple[e.Event, ...]:
    """Return what is to be said now and was not said yet."""
    money = view.money
    spent = money.spent(now)
    told: list[e.Event] = [
        e.BudgetNeared(limit=name, spent=spent.of(name), budget=getattr(money.budget, name))
        for name in near(money.budget, spent)
        if name not in money.warned
    ]
    if not money.suggested:
        advice = suggestion(money.efforts, money.unit, view.iterations)
        told += [advice] if advice else []
    return tuple(told)
