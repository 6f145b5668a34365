"""What tokens cost: a user's price, nothing at home, the bundled list, or nobody knows."""

import pytest

from fie_engine.model import Usage
from fie_engine.money.prices import Price, charged, is_at_home, is_priced, own_prices

MILLION = Usage(prompt_tokens=1_000_000, cached_tokens=500_000, completion_tokens=100_000)
OPENAI = "https://api.openai.com/v1"
LOCAL = "http://127.0.0.1:11434/v1"


def test_the_bundled_list_knows_what_cached_tokens_cost() -> None:
    paid = charged(MILLION, "gpt-4.1", OPENAI, None)
    assert (paid.usd, paid.local) == (pytest.approx(0.5 * 2.0 + 0.5 * 0.5 + 0.1 * 8.0), False)


@pytest.mark.parametrize(
    ("model", "server"),
    [("no-such-model", OPENAI), ("gpt-4.1", "https://gateway.example.com/v1")],
)
def test_an_unknown_model_or_server_has_no_price_rather_than_none(model: str, server: str) -> None:
    assert charged(MILLION, model, server, None).usd is None
    assert not is_priced(model, server, None)


def test_a_model_at_home_is_free_and_says_so() -> None:
    paid = charged(MILLION, "gpt-4.1", LOCAL, None)
    assert (paid.usd, paid.local) == (0.0, True)


def test_the_users_price_wins_even_at_home() -> None:
    paid = charged(MILLION, "m", LOCAL, Price(prompt=1.0, completion=10.0, cached=0.1))
    assert (paid.usd, paid.local) == (pytest.approx(0.5 + 0.05 + 1.0), False)


def test_more_cached_tokens_than_tokens_cost_no_more_than_all() -> None:
    odd = Usage(prompt_tokens=1_000_000, cached_tokens=9_000_000)
    own = Price(prompt=1.0, completion=1.0, cached=0.5)
    assert charged(odd, "m", OPENAI, own).usd == 0.5
    assert charged(odd, "gpt-4.1", OPENAI, None).usd == 0.5


def test_without_a_cached_price_cached_tokens_cost_like_others() -> None:
    assert own_prices((("a", (2.0, 8.0)), ("b", (2.0, 8.0, 0.5)))) == {
        "a": Price(prompt=2.0, completion=8.0, cached=2.0),
        "b": Price(prompt=2.0, completion=8.0, cached=0.5),
    }


@pytest.mark.parametrize(
    ("url", "home"),
    [
        (LOCAL, True),
        ("http://[::1]:8000/v1", True),
        ("http://gpu-box:8000/v1", True),
        ("http://192.168.1.7:8000/v1", True),
        ("http://gpu.lan/v1", True),
        ("https://api.openai.com/v1", False),
        ("http://8.8.8.8/v1", False),
    ],
)
def test_home_is_ones_own_machine_and_network(url: str, home: bool) -> None:
    assert is_at_home(url) is home
