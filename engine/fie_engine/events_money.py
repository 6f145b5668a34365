"""Past facts of what a run costs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetNeared:
    """Little is left of a limit."""

    limit: str
    '"usd", "tokens", "gpu_seconds" or "hours".'
    spent: float
    budget: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSuggested:
    """The newest iterations cost far more per percent than the run did; nobody acts on it."""

    iterations: int
    "How many the newest ones are."
    unit: str
    '"usd", "tokens" or "gpu_seconds".'
    spent: float
    "By these iterations."
    steps: float
    "Improvements of the best by 1 % in them."
    run_rate: float
    "What 1 % cost over the whole run; 0 where nothing has improved at all."


MoneyEvent = BudgetNeared | StopSuggested
