"""What a run may cost: limits, what is left of them, and when one is spent."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fie_engine.money.cost import amount_text

NEAR = 0.8
"Share of a limit from which a warning is due."

LIMITS = ("usd", "tokens", "gpu_seconds", "hours")

TIME_LIMITS = frozenset({"gpu_seconds", "hours"})
"Those that judging itself uses up: once one is reached, what waits for a lease goes on waiting."

PREFIX = "fie.budget_"
"What a limit's key in the configuration begins with."


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Limits; the first that is reached ends the search. None is none."""

    usd: float | None = None
    tokens: float | None = None
    gpu_seconds: float | None = None
    hours: float | None = None

    def of(self, name: str) -> float | None:
        """Return one limit; None where there is none."""
        limit: float | None = getattr(self, name)
        return limit

    def limits(self) -> Iterator[tuple[str, float]]:
        """Yield the limits that are set, by name."""
        for name in LIMITS:
            limit = self.of(name)
            if limit is not None:
                yield name, limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What counts against the limits, under the same names."""

    usd: float
    tokens: float
    gpu_seconds: float
    hours: float

    def of(self, name: str) -> float:
        """Return what counts against one limit."""
        return float(getattr(self, name))


def exhausted(budget: Budget, spent: Spent) -> str:
    """Return the name of the first limit that is reached; empty while none is."""
    reached = (name for name, limit in budget.limits() if spent.of(name) >= limit)
    return next(reached, "")


def near(budget: Budget, spent: Spent) -> tuple[str, ...]:
    """Return the names of the limits of which little is left."""
    return tuple(name for name, limit in budget.limits() if NEAR * limit <= spent.of(name) < limit)


def spent_text(budget: Budget, name: str) -> str:
    """Say that a limit is reached."""
    return f"the budget of {amount_text(name, getattr(budget, name))} is spent"


def changed_budget(budget: Budget, key: str, value: object) -> Budget:
    """Return the budget after a setting changed; the same where the setting is none of it."""
    name = key.removeprefix(PREFIX)
    if key == name or name not in LIMITS:
        return budget
    return replace(budget, **{name: value})  # type: ignore[arg-type]
