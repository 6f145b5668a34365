"""What something cost so far: tokens, dollars as far as they are known, and judging time."""

from dataclasses import dataclass
from typing import Literal

from fie_engine.model import Usage

Unit = Literal["usd", "tokens", "gpu_seconds"]
"What a cost is told in: dollars where they are known and not nothing, else tokens, else leases."


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What was paid; adds up."""

    replies: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    "Of the prompts'."
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    "Of the completions'."
    known_usd: float = 0.0
    "Dollars of the replies whose price is known."
    unpriced: int = 0
    "Replies whose price is not."
    local: int = 0
    "Replies that cost nothing, from a model at home."
    estimated: int = 0
    "Replies whose tokens were counted from their text."
    gpu_seconds: float = 0.0
    "Time on leases."

    @property
    def tokens(self) -> int:
        """Prompts and completions together."""
        return self.prompt_tokens + self.completion_tokens

    @property
    def usd(self) -> float | None:
        """All dollars; None where the price of some reply is not known."""
        return None if self.unpriced else self.known_usd

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            replies=self.replies + other.replies,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            reasoning_tokens=self.reasoning_tokens + other.reasoning_tokens,
            known_usd=self.known_usd + other.known_usd,
            unpriced=self.unpriced + other.unpriced,
            local=self.local + other.local,
            estimated=self.estimated + other.estimated,
            gpu_seconds=self.gpu_seconds + other.gpu_seconds,
        )

    def amount(self, unit: Unit) -> float:
        """Return the cost in a unit; of dollars those that are known."""
        return self.known_usd if unit == "usd" else float(getattr(self, unit))


def reply_cost(usage: Usage) -> Cost:
    """Return what one reply cost, its earlier attempts included."""
    return Cost(
        replies=1,
        prompt_tokens=usage.prompt_tokens,
        cached_tokens=usage.cached_tokens,
        completion_tokens=usage.completion_tokens,
        reasoning_tokens=usage.reasoning_tokens,
        known_usd=usage.usd or 0.0,
        unpriced=int(usage.usd is None),
        local=int(usage.local),
        estimated=int(usage.estimated),
    )


def unit_of(cost: Cost) -> Unit:
    """Return the unit in which to compare parts of a cost."""
    if cost.usd:
        return "usd"
    return "tokens" if cost.tokens else "gpu_seconds"


def amount_text(unit: str, amount: float) -> str:
    """Return an amount with its unit, as every message says it."""
    match unit:
        case "usd":
            return dollars(amount)
        case "tokens":
            return f"{amount:,.0f} tokens"
        case "gpu_seconds":
            number = f"{amount:,.0f}" if amount >= 10 else f"{amount:.2g}"
            return f"{number} device-seconds"
        case _:
            return f"{amount:.3g} {'hour' if amount == 1 else 'hours'}"


def dollars(amount: float) -> str:
    """Return dollars; small ones to two significant digits, never as nothing."""
    if amount == 0 or amount >= 0.095:
        text = f"{amount:,.2f}"
        return f"${text.removesuffix('.00')}"
    if amount < 0.0001:
        return "under $0.0001"
    digits = 3 if amount >= 0.0095 else 4 if amount >= 0.00095 else 5
    return f"${amount:.{digits}f}".rstrip("0")


def usd_text(cost: Cost) -> str:
    """Return a cost's dollars: "–" where no price is known, never $0; empty without a reply."""
    if not cost.replies:
        return ""
    if cost.unpriced == cost.replies:
        return "–"
    if cost.unpriced:
        return f"over {dollars(cost.known_usd)}"
    if cost.local == cost.replies:
        return "$0 (local)"
    return dollars(cost.known_usd)
