"""Which of several models is asked next: by fixed weights, or by what each has brought so far."""

import random
from collections.abc import Mapping, Sequence

from fie_engine.view.rows import ModelRow

FIRST_REPLIES = 3
"Replies that every model gives before what it brought counts."


def by_weight(weights: Mapping[str, float], rng: random.Random) -> list[str]:
    """Return the models in the order in which they are asked; a heavier one is rather first."""
    left = {name: weight for name, weight in weights.items() if weight > 0}
    order = []
    while left:
        (chosen,) = rng.choices(list(left), list(left.values()))
        order.append(chosen)
        del left[chosen]
    return order


def by_yield(
    weights: Mapping[str, float], rows: Sequence[ModelRow], rng: random.Random
) -> list[str]:
    """Return the models by a draw of what a dollar, or else a token, of each will bring.

    Thompson sampling: how often a reply improves on its parent is drawn from what is known of
    it, so that a model with few replies is tried now and then. Weights decide until each has
    given a few replies; one of weight 0 is never asked.
    """
    order = by_weight(weights, rng)
    known = {row.model: row for row in rows}
    fresh = [name for name in order if name not in known or known[name].replies < FIRST_REPLIES]
    tried = [known[name] for name in order if name not in fresh]
    costs = _costs(tried)
    usual = _usual_gain(tried)
    drawn = {row.model: _draw(row, usual, rng) / costs[row.model] for row in tried}
    return fresh + sorted(drawn, key=lambda name: -drawn[name])


def _draw(row: ModelRow, usual: float, rng: random.Random) -> float:
    """Return a plausible gain per reply; the size of one is as usual where little is known."""
    often = rng.betavariate(1 + row.improved, 1 + row.replies - row.improved)
    return often * (row.gain + usual) / (row.improved + 1)


def _usual_gain(rows: Sequence[ModelRow]) -> float:
    """Return what an improvement gains on average over all models; 1 where there was none."""
    count = sum(row.improved for row in rows)
    return sum(row.gain for row in rows) / count if count else 1.0


def _costs(rows: Sequence[ModelRow]) -> dict[str, float]:
    """Return what a reply costs: dollars where each model has its price, tokens otherwise."""
    dollars = {row.model: (row.usd or 0.0) / row.replies for row in rows}
    if all(dollars.values()):
        return dollars
    return {
        row.model: max(1.0, (row.prompt_tokens + row.completion_tokens) / row.replies)
        for row in rows
    }
