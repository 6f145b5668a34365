"""A budget before anything is spent: can it be kept, can it be reached, is it another one now."""

from collections.abc import Iterable, Iterator, Mapping

from fie_engine import events as e
from fie_engine.config.keys import ConfigError
from fie_engine.config.models import single_models
from fie_engine.config.tree import Config
from fie_engine.money.budget import PREFIX, Budget, changed_budget
from fie_engine.money.cost import amount_text
from fie_engine.money.prices import is_at_home, is_priced
from fie_engine.propose.choose import ProposerChoice, endpoint
from fie_engine.propose.endpoint import Endpoint


def budget_of(config: Config) -> Budget:
    """Return the limits that a configuration sets."""
    money = config.money
    return Budget(
        usd=money.budget_usd,
        tokens=money.budget_tokens,
        gpu_seconds=money.budget_gpu_seconds,
        hours=money.budget_hours,
    )


def keyed(limits: Mapping[str, float]) -> dict[str, float]:
    """Return limits by their dotted keys instead of their names."""
    return {f"{PREFIX}{name}": limit for name, limit in limits.items()}


def asked_models(config: Config, choice: ProposerChoice) -> list[Endpoint]:
    """Return the models that may be asked, and where."""
    if choice.kind != "llm":
        return []
    team = list(zip(choice.team, single_models(config), strict=False))
    return [endpoint(one, alone) for one, (_, alone) in team] or [endpoint(choice, config)]


def check_budget(budget: Budget, endpoints: Iterable[Endpoint]) -> None:
    """Raise ConfigError for a limit in dollars where nobody knows what a model costs."""
    if budget.usd is None:
        return
    for asked in endpoints:
        if not is_priced(asked.model, asked.base_url, asked.price):
            limit = amount_text("usd", budget.usd)
            raise ConfigError(
                f"fie.budget_usd: a budget of {limit} can't be kept, since the price of "
                f"{asked.model} at {asked.base_url} is not known: give it in dollars per million "
                f"tokens, fie: {{prices: {{{asked.model!r}: [IN, OUT]}}}}, or set a budget in "
                "tokens (--budget-tokens)"
            )


def unreachable(budget: Budget, endpoints: Iterable[Endpoint]) -> Iterator[str]:
    """Yield what to know of limits that this run can never reach."""
    asked = list(endpoints)
    if not asked and budget.tokens is not None:
        yield "fie.budget_tokens: without effect, since no model proposes"
    if not asked and budget.usd is not None:
        yield "fie.budget_usd: without effect, since no model proposes"
    if asked and budget.usd is not None:
        free = [one.model for one in asked if one.price is None and is_at_home(one.base_url)]
        if len(free) == len(asked):
            yield (
                f"fie.budget_usd: never reached, since {', '.join(free)} counts as local and free: "
                "give a price in fie.prices if it isn't"
            )


def overruled(
    wanted: Mapping[str, float], record: Iterable[e.Recorded]
) -> tuple[Budget, list[e.Event]]:
    """Return a run's budget with these limits, by dotted key, and the events that set them."""
    budget = Budget()
    for recorded in record:
        match recorded.event:
            case e.RunCreated(budget=created):
                budget = created
            case e.SettingChanged(name=name, value=value):
                budget = changed_budget(budget, name, value)
    before = {key: getattr(budget, key.removeprefix(PREFIX)) for key in wanted}
    raised: list[e.Event] = [
        e.SettingChanged(name=key, value=value, previous=before[key], reason="--resume")
        for key, value in wanted.items()
        if before[key] != value
    ]
    for key, value in wanted.items():
        budget = changed_budget(budget, key, value)
    return budget, raised
