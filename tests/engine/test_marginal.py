"""What one more percent costs, and when a stop is suggested."""

import math

import pytest

from fie_engine import events as e
from fie_engine.events_money import StopSuggested
from fie_engine.money.cost import Cost
from fie_engine.money.marginal import WINDOW, Effort, Efforts, steps_between, suggestion
from fie_engine.view.narrate import narrate


def dollars(amount: float) -> Effort:
    return Effort(cost=Cost(replies=1, known_usd=amount))


def after(*iterations: tuple[float, float]) -> tuple[Efforts, int]:
    """Return the efforts of iterations that each cost dollars and brought some steps."""
    efforts = Efforts()
    for number, (usd, steps) in enumerate(iterations, 1):
        efforts.advance(number)
        efforts.add(dollars(usd), island=number % 2, model="m")
        efforts.add(Effort(steps=steps), island=number % 2, model="m")
    return efforts, len(iterations)


def advice(*iterations: tuple[float, float]) -> StopSuggested | None:
    efforts, count = after(*iterations)
    return suggestion(efforts, "usd", count)


def test_a_step_is_one_percent_compounded() -> None:
    assert steps_between(1.0, 1.01) == pytest.approx(1.0)
    assert steps_between(1.0, 2.0) == pytest.approx(math.log(2) / math.log(1.01))
    assert steps_between(1.0, 1.1) + steps_between(1.1, 2.0) == pytest.approx(
        steps_between(1.0, 2.0)
    )


@pytest.mark.parametrize(("previous", "score"), [(0.0, 1.0), (2.0, 1.0), (-3.0, -1.0)])
def test_a_first_score_and_scores_below_nothing_are_no_steps(previous: float, score: float) -> None:
    assert steps_between(previous, score) == 0.0


def test_islands_and_models_pay_for_their_own_steps() -> None:
    efforts = Efforts()
    efforts.add(dollars(1.0), island=0, model="big")
    efforts.add(Effort(steps=4.0), island=0, model="big")
    efforts.add(dollars(3.0), island=1, model="small")
    assert efforts.by_island[0].per_step("usd") == 0.25
    assert efforts.by_model["small"].per_step("usd") is None
    assert efforts.total.per_step("usd") == 1.0


def test_lately_is_the_newest_iterations() -> None:
    efforts, _ = after(*[(1.0, 2.0)] * 5, *[(0.5, 0.0)] * WINDOW)
    assert efforts.recent() == Effort(cost=Cost(replies=WINDOW, known_usd=0.5 * WINDOW))
    assert efforts.recent(island=0).cost.replies == WINDOW // 2
    assert efforts.recent(model="another") == Effort()
    assert efforts.total.steps == 10.0


def test_a_stop_is_suggested_once_the_newest_iterations_bring_nothing() -> None:
    good, dry = [(0.1, 2.0)] * WINDOW, [(0.1, 0.0)]
    assert advice(*good, *dry * (WINDOW - 1)) is None
    assert advice(*good, *dry * WINDOW) == StopSuggested(
        iterations=WINDOW,
        unit="usd",
        spent=pytest.approx(2.0),
        steps=0.0,
        run_rate=pytest.approx(4.0 / 40.0),
    )


def test_a_stop_is_suggested_where_a_percent_costs_five_times_the_runs() -> None:
    good = [(0.1, 2.0)] * WINDOW
    lately = [(0.1, 0.0)] * (WINDOW - 1)
    dear, fair = (0.1, 3.0), (0.1, 6.0)
    assert advice(*good, *lately, fair) is None
    found = advice(*good, *lately, dear)
    assert found is not None
    assert found.steps == 3.0


def test_no_stop_is_suggested_early_or_where_nothing_was_paid() -> None:
    assert advice(*[(0.1, 0.0)] * (2 * WINDOW - 1)) is None
    assert advice(*[(0.1, 0.0)] * 2 * WINDOW) is not None
    assert advice(*[(0.0, 0.0)] * 2 * WINDOW) is None


@pytest.mark.parametrize(
    ("steps", "rate", "text"),
    [
        (
            0.3,
            0.21,
            "the last 20 iterations cost $0.80 for +0.3%: $2.67 per +1 %, "
            "against $0.21 per +1 % over the whole run: stopping may pay",
        ),
        (
            0.0,
            0.21,
            "the last 20 iterations cost $0.80 and brought nothing, "
            "against $0.21 per +1 % over the whole run: stopping may pay",
        ),
        (
            0.0,
            0.0,
            "the last 20 iterations cost $0.80, and nothing has improved yet: stopping may pay",
        ),
    ],
)
def test_a_suggestion_in_words(steps: float, rate: float, text: str) -> None:
    event = StopSuggested(iterations=20, unit="usd", spent=0.8, steps=steps, run_rate=rate)
    assert narrate(e.Recorded(seq=1, at=0.0, event=event)).text == text
