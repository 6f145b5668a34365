"""What a model's tokens cost: the user's own price, nothing at home, else the bundled list's."""

import ipaddress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from fie_engine.model import Usage

HOME_DOMAINS = (".local", ".localhost", ".lan", ".internal", ".home.arpa")
"Ends of names that mean nothing outside one's own network."


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Dollars per million tokens."""

    prompt: float
    completion: float
    cached: float
    "Of prompt tokens that the server had read before."


PriceTable = tuple[tuple[str, tuple[float, ...]], ...]
"Model, and dollars per million tokens: in, out and, where it is given, cached in."


def own_prices(table: PriceTable) -> dict[str, Price]:
    """Return the user's prices by model; cached tokens cost like others where none is given."""
    return {
        model: Price(prompt=figures[0], completion=figures[1], cached=(*figures, figures[0])[2])
        for model, figures in table
    }


def charged(usage: Usage, model: str, base_url: str, own: Price | None) -> Usage:
    """Return the usage with its dollars, as far as the price is known."""
    if own is not None:
        return replace(usage, usd=_by_price(usage, own), local=False)
    if is_at_home(base_url):
        return replace(usage, usd=0.0, local=True)
    return replace(usage, usd=_by_list(usage, model, base_url), local=False)


def is_priced(model: str, base_url: str, own: Price | None) -> bool:
    """Whether it is known what the model costs; imports genai-prices where it must."""
    return charged(Usage(), model, base_url, own).usd is not None


def is_at_home(base_url: str) -> bool:
    """Whether a server is on this machine or in its own network, where nobody sends a bill."""
    host = urlsplit(base_url).hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(HOME_DOMAINS)
    return address.is_private or address.is_loopback or address.is_link_local


def _by_price(usage: Usage, price: Price) -> float:
    cached = min(usage.cached_tokens, usage.prompt_tokens)
    fresh = usage.prompt_tokens - cached
    tokens = fresh * price.prompt + cached * price.cached
    return (tokens + usage.completion_tokens * price.completion) / 1e6


def _by_list(usage: Usage, model: str, base_url: str) -> float | None:
    """Return the dollars by genai-prices' bundled list; asks nobody. None where it knows nothing.

    A model of the same name on a server that the list doesn't know may cost anything.
    """
    import genai_prices

    counts = genai_prices.Usage(
        input_tokens=usage.prompt_tokens,
        cache_read_tokens=min(usage.cached_tokens, usage.prompt_tokens),
        output_tokens=usage.completion_tokens,
    )
    try:
        found = genai_prices.calc_price(counts, model, provider_api_url=base_url)
    except (LookupError, ValueError):
        return None
    return float(found.total_price)
