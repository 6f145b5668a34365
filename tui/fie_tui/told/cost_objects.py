"""What a run cost, as JSON objects."""

from dataclasses import asdict
from typing import Any

from fie_engine.money.cost import Cost
from fie_engine.money.marginal import Effort
from fie_engine.money.spending import Spending

Report = dict[str, Any]


def cost_report(cost: Cost) -> Report:
    """Return a cost; `usd` is null where a price is not known, and where no model answered."""
    return {
        "usd": cost.usd if cost.replies else None,
        "local": cost.replies > 0 and cost.local == cost.replies,
        "replies": cost.replies,
        "prompt_tokens": cost.prompt_tokens,
        "cached_tokens": cost.cached_tokens,
        "completion_tokens": cost.completion_tokens,
        "reasoning_tokens": cost.reasoning_tokens,
        "estimated": cost.estimated > 0,
        "gpu_seconds": cost.gpu_seconds,
    }


def spending_report(money: Spending, now: float) -> Report:
    """Return a run's costs, who spent them, and its limits."""
    efforts = money.efforts
    islands = sorted(efforts.by_island.items())
    return {
        "cost": cost_report(money.total),
        "cost_unit": money.unit,
        "cost_by_model": [
            {"model": model, **_effort(money, effort, efforts.recent(model=model))}
            for model, effort in efforts.by_model.items()
        ],
        "cost_by_island": [
            {"island": island, **_effort(money, effort, efforts.recent(island=island))}
            for island, effort in islands
        ],
        "budget": asdict(money.budget),
        "spent": asdict(money.spent(now)),
    }


def _effort(money: Spending, whole: Effort, lately: Effort) -> Report:
    return {
        **cost_report(whole.cost),
        "per_percent": whole.per_step(money.unit),
        "recent_per_percent": lately.per_step(money.unit),
    }
