"""What something cost, in words, and what is left of a budget."""

from collections.abc import Iterator

from fie_engine.money.budget import LIMITS
from fie_engine.money.cost import Cost, Unit, amount_text, dollars, usd_text
from fie_engine.money.marginal import Effort
from fie_engine.money.spending import Spending
from fie_tui.looks import figures

KINDS = {
    "usd": "dollars",
    "tokens": "tokens",
    "gpu_seconds": "seconds of judging",
    "hours": "hours of searching",
}
"What each limit is of."


def cost_told(cost: Cost) -> str:
    """Return a cost in a line: dollars, tokens and time on leases, as far as there are any."""
    parts = [usd_text(cost), tokens_told(cost)]
    if cost.gpu_seconds:
        parts.append(f"judged for {judged_told(cost)}")
    return " · ".join(part for part in parts if part)


def tokens_told(cost: Cost) -> str:
    """Return a cost's tokens: in and out, cached and thinking; empty without a reply."""
    if not cost.replies:
        return ""
    about = "about " if cost.estimated else ""
    cached = f" ({cost.cached_tokens:,} cached)" if cost.cached_tokens else ""
    thinking = f" ({cost.reasoning_tokens:,} thinking)" if cost.reasoning_tokens else ""
    told = f"{about}{cost.prompt_tokens:,} tokens in{cached}, {cost.completion_tokens:,} out"
    return told + thinking


def judged_told(cost: Cost) -> str:
    """Return a cost's time on leases; of less than a minute the tenths, too."""
    seconds = cost.gpu_seconds
    return f"{seconds:.1f}s" if seconds < 60 else figures.duration(seconds)


def budget_told(money: Spending, now: float) -> list[str]:
    """Return each limit with what is spent of it."""
    spent = money.spent(now)
    return [
        f"{amount_text(name, spent.of(name))} of {amount_text(name, limit)}, "
        f"{spent.of(name) / limit:.0%}"
        for name, limit in money.budget.limits()
    ]


def limit_lines(money: Spending, now: float) -> list[str]:
    """Return every limit that there may be, with what is spent of it."""
    spent = money.spent(now)
    limits = ((name, money.budget.of(name)) for name in LIMITS)
    return [
        f"{KINDS[name]}: {'no limit' if limit is None else amount_text(name, limit)}, "
        f"{amount_text(name, spent.of(name))} spent so far"
        for name, limit in limits
    ]


def rate_told(effort: Effort, unit: Unit) -> str:
    """Return what 1 % cost; "–" where nothing improved."""
    rate = effort.per_step(unit)
    return "–" if rate is None else amount_text(unit, rate)


def brief(cost: Cost) -> str:
    """Return a cost in a word: dollars where there are any, else tokens; empty without a reply."""
    if not cost.replies:
        return ""
    return dollars(cost.known_usd) if cost.usd else f"{short('tokens', cost.tokens)} tok"


def short(unit: str, amount: float) -> str:
    """Return an amount in at most seven cells, its unit understood."""
    if unit == "usd":
        return dollars(amount) if amount < 1000 else f"${amount / 1000:.1f}k"
    if unit == "hours":
        return f"{amount:.2g}h"
    if unit == "gpu_seconds":
        return figures.duration(amount) if amount >= 60 else f"{amount:.2g}s"
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if amount >= size:
            return f"{amount / size:.3g}{letter}"
    return f"{amount:.0f}"


def tightest(money: Spending, now: float) -> tuple[str, float]:
    """Return the limit of which the largest share is spent, in a word, and that share."""
    spent = money.spent(now)
    told = [
        (f"{short(name, spent.of(name))}/{short(name, limit)}", spent.of(name) / limit, name)
        for name, limit in money.budget.limits()
    ]
    if not told:
        return "", 0.0
    text, share, name = max(told, key=lambda one: one[1])
    return text + (" tok" if name == "tokens" else ""), share


def cost_lines(money: Spending, now: float) -> Iterator[str]:
    """Yield what a run cost and what is left; nothing where neither is of interest."""
    if money.total.replies or any(money.budget.limits()):
        yield f"cost {cost_told(money.total)}".rstrip()
    for line in budget_told(money, now):
        yield f"budget {line}"
