"""What one more percent costs: over the run and lately, by island and by model."""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from fie_engine.events_money import StopSuggested
from fie_engine.money.cost import Cost, Unit

WINDOW = 20
"Iterations that count as lately."

DEARER = 5.0
"How many times the run's price of 1 % the recent one must be before a stop is suggested."


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """A cost, and the improvements of the run's best that it bought."""

    cost: Cost = Cost()
    steps: float = 0.0
    "Improvements by 1 %, compounded: twice as fast is 70 of them."

    def __add__(self, other: "Effort") -> "Effort":
        return Effort(cost=self.cost + other.cost, steps=self.steps + other.steps)

    def per_step(self, unit: Unit) -> float | None:
        """Return what 1 % cost; None where nothing improved."""
        return self.cost.amount(unit) / self.steps if self.steps else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    iteration: int
    island: int
    model: str
    effort: Effort


class Efforts:
    """Adds up efforts: by island, by model, in all, and those of the newest iterations."""

    def __init__(self) -> None:
        self.by_island: dict[int, Effort] = {}
        self.by_model: dict[str, Effort] = {}
        self._recent: deque[_Entry] = deque()
        self._iterations = 0

    @property
    def total(self) -> Effort:
        """All of it."""
        return sum(self.by_island.values(), start=Effort())

    def add(self, effort: Effort, island: int, model: str) -> None:
        """Book an effort on an island and on what proposed there."""
        self.by_island[island] = self.by_island.get(island, Effort()) + effort
        self.by_model[model] = self.by_model.get(model, Effort()) + effort
        entry = _Entry(iteration=self._iterations, island=island, model=model, effort=effort)
        self._recent.append(entry)

    def advance(self, iterations: int) -> None:
        """Note how many iterations have ended; what is older than the newest ones drops out."""
        self._iterations = iterations
        while self._recent and self._recent[0].iteration <= iterations - WINDOW:
            self._recent.popleft()

    def recent(self, *, island: int | None = None, model: str | None = None) -> Effort:
        """Return the newest iterations' effort: all, an island's or a model's."""
        return sum(self._matching(island, model), start=Effort())

    def _matching(self, island: int | None, model: str | None) -> Iterator[Effort]:
        for entry in self._recent:
            if island in (None, entry.island) and model in (None, entry.model):
                yield entry.effort


def steps_between(previous: float, score: float) -> float:
    """Return how many times 1 % lie between two scores; 0 where there was none before."""
    if previous <= 0 or score <= previous:
        return 0.0
    return math.log(score / previous) / math.log(1.01)


def suggestion(efforts: Efforts, unit: Unit, iterations: int) -> StopSuggested | None:
    """Return the advice to think of stopping, where it is due.

    That is: twice as many iterations as count as lately have ended, the newest ones cost
    something, and 1 % cost them DEARER times what it cost the run, or brought none at all.
    """
    lately, run = efforts.recent(), efforts.total
    spent = lately.cost.amount(unit)
    if iterations < 2 * WINDOW or not spent:
        return None
    run_rate, recent_rate = run.per_step(unit) or 0.0, lately.per_step(unit)
    if recent_rate is not None and recent_rate < DEARER * run_rate:
        return None
    return StopSuggested(
        iterations=WINDOW, unit=unit, spent=spent, steps=lately.steps, run_rate=run_rate
    )
