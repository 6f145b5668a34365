"""Path relinking: bring a parent that is behind up to a better candidate, recipe by recipe."""

from dataclasses import dataclass
from random import Random

from fie_engine.propose.knobs import knobs, turned
from fie_engine.propose.recipes import BY_NAME
from fie_engine.propose.recipes.base import carried_out
from fie_engine.propose.splice import Kernel
from fie_engine.propose.tuner import state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Relinked:
    """A kernel on its way to another, and how many recipes that took."""

    source: str
    steps: int


def relinked(source: str, target: str, rng: Random) -> Relinked:
    """Carry out, in random order, what is still open in a kernel but not in the target."""
    kept_open = _open_places(target)
    before, goal = dict(state_of(source).open_sites), dict(state_of(target).open_sites)
    behind = [
        name for name, count in before.items() for _ in range(count - min(count, goal.get(name, 0)))
    ]
    rng.shuffle(behind)
    steps = 0
    for name in behind:
        changed = _applied(source, name, kept_open, rng)
        if changed is not None:
            source, steps = changed, steps + 1
    tuned = turned(Kernel(source), {knob.name: knob.value for knob in knobs(Kernel(target))})
    return Relinked(source=tuned or source, steps=steps + (tuned is not None))


def _open_places(source: str) -> frozenset[tuple[str, str]]:
    """Return recipe and place of everything that is left to be done in a kernel."""
    kernel = Kernel(source)
    return frozenset(
        (name, site.where)
        for name, _ in state_of(source).open_sites
        for site in BY_NAME[name].find(kernel)
    )


def _applied(
    source: str, name: str, kept_open: frozenset[tuple[str, str]], rng: Random
) -> str | None:
    kernel = Kernel(source)
    sites = [site for site in BY_NAME[name].find(kernel) if (name, site.where) not in kept_open]
    if not sites:
        return None
    variant = carried_out(BY_NAME[name], kernel, rng.choice(sites))
    return None if variant is None else variant.source
