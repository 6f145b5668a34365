"""Which model is asked: by weight, or by what each brings for its cost."""

import random
from collections import Counter
from collections.abc import Sequence

from fie_engine.propose.bandit import FIRST_REPLIES, by_weight, by_yield
from fie_engine.view.rows import ModelRow


def firsts(weights: dict[str, float], rows: Sequence[ModelRow] = ()) -> Counter[str]:
    """Count who is first in a thousand draws."""
    draws = (random.Random(f"1:{number}") for number in range(1000))
    if rows:
        return Counter(by_yield(weights, rows, rng)[0] for rng in draws)
    return Counter(by_weight(weights, rng)[0] for rng in draws)


def row(model: str, replies: int = 50, improved: int = 10, **figures: float) -> ModelRow:
    """Return a model's row; each improvement gained a tenth."""
    defaults = {"gain": improved / 10, "prompt_tokens": 1000 * replies, "usd": None}
    return ModelRow(model=model, replies=replies, improved=improved, **(defaults | figures))  # type: ignore[arg-type]


def test_models_are_drawn_in_proportion_to_their_weights() -> None:
    counts = firsts({"big": 3.0, "small": 1.0, "never": 0.0})
    assert set(counts) == {"big", "small"}
    assert 700 < counts["big"] < 800


def test_the_same_generator_gives_the_same_order() -> None:
    weights = {"a": 1.0, "b": 1.0, "c": 1.0}
    rows = [row("a"), row("b"), row("c")]
    orders = [by_yield(weights, rows, random.Random("5")) for _ in range(2)]
    assert orders[0] == orders[1]
    assert sorted(orders[0]) == ["a", "b", "c"]


def test_a_model_that_improves_more_often_is_asked_more_often() -> None:
    counts = firsts({"good": 1.0, "bad": 9.0}, [row("good", improved=20), row("bad", improved=4)])
    assert counts["good"] > 950


def test_equal_models_share_alike_whatever_their_weights() -> None:
    counts = firsts({"a": 1.0, "b": 9.0}, [row("a"), row("b")])
    assert 400 < counts["a"] < 600


def test_a_cheaper_model_wins_at_equal_gains() -> None:
    rows = [row("dear", usd=5.0), row("cheap", usd=0.5)]
    assert firsts({"dear": 1.0, "cheap": 1.0}, rows)["cheap"] > 950


def test_where_a_price_is_unknown_tokens_count() -> None:
    rows = [row("dear", usd=5.0, prompt_tokens=10_000), row("unknown", prompt_tokens=100_000)]
    assert firsts({"dear": 1.0, "unknown": 1.0}, rows)["dear"] > 950


def test_a_local_model_that_costs_nothing_is_compared_by_tokens() -> None:
    rows = [row("dear", usd=5.0, prompt_tokens=10_000), row("local", usd=0.0)]
    counts = firsts({"dear": 1.0, "local": 1.0}, rows)
    assert counts["dear"] > 900


def test_a_model_with_few_replies_is_tried_first_by_weight() -> None:
    rows = [row("old", improved=40), row("new", replies=FIRST_REPLIES - 1, improved=0)]
    counts = firsts({"old": 1.0, "new": 1.0, "newest": 3.0}, rows)
    assert set(counts) == {"new", "newest"}
    assert 200 < counts["new"] < 300


def test_a_model_that_had_no_luck_yet_is_tried_now_and_then() -> None:
    rows = [row("lucky", replies=10, improved=2), row("unlucky", replies=10, improved=0)]
    assert 20 < firsts({"lucky": 1.0, "unlucky": 1.0}, rows)["unlucky"] < 400


def test_models_that_left_the_list_are_forgotten() -> None:
    assert by_yield({"new": 1.0}, [row("gone", improved=50)], random.Random(1)) == ["new"]
