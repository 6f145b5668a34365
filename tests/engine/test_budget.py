"""When a budget is near, when it is spent, and how that is said."""

import pytest

from fie_engine import events as e
from fie_engine.money.budget import Budget, Spent, changed_budget, exhausted, near, spent_text
from fie_engine.money.cost import Cost, amount_text, dollars, usd_text
from fie_engine.view.narrate import narrate

BUDGET = Budget(usd=2.0, tokens=1000, gpu_seconds=60.0, hours=1.0)


def spent(**changes: float) -> Spent:
    nothing = {"usd": 0.0, "tokens": 0.0, "gpu_seconds": 0.0, "hours": 0.0}
    return Spent(**{**nothing, **changes})


@pytest.mark.parametrize("name", ["usd", "tokens", "gpu_seconds", "hours"])
def test_each_limit_is_near_from_four_fifths_and_spent_at_its_figure(name: str) -> None:
    limit = getattr(BUDGET, name)
    assert near(BUDGET, spent(**{name: 0.79 * limit})) == ()
    assert near(BUDGET, spent(**{name: 0.8 * limit})) == (name,)
    assert exhausted(BUDGET, spent(**{name: 0.99 * limit})) == ""
    assert exhausted(BUDGET, spent(**{name: limit})) == name
    assert near(BUDGET, spent(**{name: limit})) == ()


def test_without_limits_nothing_is_near_or_spent() -> None:
    lots = spent(usd=1e9, tokens=1e12, gpu_seconds=1e9, hours=1e6)
    assert (near(Budget(), lots), exhausted(Budget(), lots)) == ((), "")


def test_the_end_names_the_limit() -> None:
    said = [spent_text(BUDGET, name) for name, _ in BUDGET.limits()]
    assert said == [
        "the budget of $2 is spent",
        "the budget of 1,000 tokens is spent",
        "the budget of 60 device-seconds is spent",
        "the budget of 1 hour is spent",
    ]


def test_other_settings_leave_a_budget_alone() -> None:
    assert changed_budget(BUDGET, "fie.budget_usd", 3.0) == Budget(
        usd=3.0, tokens=1000, gpu_seconds=60.0, hours=1.0
    )
    assert changed_budget(BUDGET, "fie.proposal_slots", 3) is BUDGET
    assert changed_budget(BUDGET, "fie.budget_other", 3) is BUDGET


def test_a_warning_in_words() -> None:
    event = e.BudgetNeared(limit="usd", spent=1.61, budget=2.0)
    line = narrate(e.Recorded(seq=1, at=0.0, event=event))
    assert (line.glyph, line.text) == ("!", "80% of the budget of $2 is spent: $1.61")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "$0"),
        (2.0, "$2"),
        (0.42, "$0.42"),
        (1234.5, "$1,234.50"),
        (0.0123, "$0.012"),
        (0.00123, "$0.0012"),
        (0.000123, "$0.00012"),
        (0.00000123, "under $0.0001"),
    ],
)
def test_small_dollars_are_never_shown_as_nothing(amount: float, text: str) -> None:
    assert dollars(amount) == text


def test_amounts_have_their_unit() -> None:
    units = ("tokens", "gpu_seconds", "gpu_seconds", "hours")
    amounts = (12345, 90.4, 0.25, 1.5)
    assert [amount_text(unit, amount) for unit, amount in zip(units, amounts, strict=True)] == [
        "12,345 tokens",
        "90 device-seconds",
        "0.25 device-seconds",
        "1.5 hours",
    ]


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (Cost(gpu_seconds=3.0), ""),
        (Cost(replies=2, unpriced=2), "–"),
        (Cost(replies=2, unpriced=1, known_usd=0.5), "over $0.50"),
        (Cost(replies=2, local=2), "$0 (local)"),
        (Cost(replies=2, local=1, known_usd=0.5), "$0.50"),
        (Cost(replies=1), "$0"),
    ],
)
def test_an_unknown_price_is_a_dash_and_a_model_at_home_is_free(cost: Cost, text: str) -> None:
    assert usd_text(cost) == text
