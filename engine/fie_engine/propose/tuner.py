"""Learns from the run which recipes and knob values go with high scores, and suggests some."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from fie_engine.propose.base import Judged
from fie_engine.propose.knobs import knobs
from fie_engine.propose.recipes import RECIPES
from fie_engine.propose.splice import Kernel

if TYPE_CHECKING:
    import optuna

MOST_SITES = 3
"Remaining sites of one recipe are counted up to this."
PROOF = 2
"Failures after which a number is taken for no knob."
NEWEST = 400
"Results that the model of the search is rebuilt from; more would make it slow."


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Where in the space of choices a kernel stands."""

    open_sites: tuple[tuple[str, int], ...]
    "Recipe and how many of its sites are still to be had, at most MOST_SITES."
    knobs: tuple[tuple[str, int, tuple[int, ...]], ...]
    "Knob, value, choices."


@lru_cache(maxsize=1024)
def state_of(source: str) -> State:
    """Read a kernel's state from its text, so that it holds whatever the kernel's history."""
    try:
        kernel = Kernel(source)
    except (SyntaxError, ValueError, RecursionError):
        return State(open_sites=(), knobs=())
    counts = ((recipe.name, _count(kernel, recipe.name)) for recipe in RECIPES)
    return State(
        open_sites=tuple((name, count) for name, count in counts if count),
        knobs=tuple((knob.name, knob.value, knob.choices) for knob in knobs(kernel)),
    )


def _count(kernel: Kernel, name: str) -> int:
    recipe = next(item for item in RECIPES if item.name == name)
    return min(MOST_SITES, sum(1 for _ in recipe.find(kernel)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What the model of the search would change in a kernel."""

    recipes: tuple[str, ...]
    "To be applied once for each mention."
    knobs: tuple[tuple[str, int], ...]


def suggest(history: Sequence[Judged], source: str, seed: int) -> Suggestion:
    """Ask a multivariate TPE, rebuilt from the history, where to go from this kernel."""
    import optuna

    broken, state = breaking_knobs(history), state_of(source)
    state = replace(state, knobs=tuple(knob for knob in state.knobs if knob[0] not in broken))
    space = _space(state)
    if not space:
        return Suggestion(recipes=(), knobs=())
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.TPESampler(seed=seed, multivariate=True, n_startup_trials=8)
    study = _study(history, state, space, sampler)
    wanted = study.ask(space).params
    recipes = [
        name
        for name, present in state.open_sites
        for _ in range(present - min(present, int(wanted[f"sites: {name}"])))
    ]
    changed = [
        (name, int(wanted[f"knob: {name}"]))
        for name, value, _ in state.knobs
        if int(wanted[f"knob: {name}"]) != value
    ]
    return Suggestion(recipes=tuple(recipes), knobs=tuple(changed))


def breaking_knobs(history: Sequence[Judged]) -> frozenset[str]:
    """Return the knobs that are none: whoever turned them failed, and nobody else passed so.

    A failure that several knobs could explain is put down to the one that explains most.
    """
    newest = [(item.score > 0, state_of(item.source).knobs) for item in history[-NEWEST:]]
    sound: dict[str, set[int]] = {}
    for passed, found in newest:
        for name, value, _ in found if passed else ():
            sound.setdefault(name, set()).add(value)
    fixed = {name: values for name, values in sound.items() if len(values) == 1}
    open_failures = [
        {name for name, value, _ in found if name in fixed and value not in fixed[name]}
        for passed, found in newest
        if not passed
    ]
    blamed: set[str] = set()
    while True:
        counted = Counter(name for names in open_failures for name in names).most_common(2)
        most, second = ([count for _, count in counted] + [0, 0])[:2]
        if most < PROOF or most == second:
            return frozenset(blamed)
        culprit = counted[0][0]
        blamed.add(culprit)
        open_failures = [names for names in open_failures if culprit not in names]


def _space(state: State) -> "dict[str, optuna.distributions.BaseDistribution]":
    from optuna.distributions import CategoricalDistribution, IntDistribution

    space: dict[str, optuna.distributions.BaseDistribution] = {
        f"sites: {name}": IntDistribution(0, MOST_SITES) for name, _ in state.open_sites
    }
    for name, _, choices in state.knobs:
        space[f"knob: {name}"] = CategoricalDistribution(choices)
    return space


def _study(
    history: Sequence[Judged],
    state: State,
    space: "Mapping[str, optuna.distributions.BaseDistribution]",
    sampler: "optuna.samplers.BaseSampler",
) -> "optuna.Study":
    import optuna

    study = optuna.create_study(direction="maximize", sampler=sampler)
    worst = min((math.log(item.score) for item in history if item.score > 0), default=0.0)
    for item in history[-NEWEST:]:
        failed = item.score <= 0
        study.add_trial(
            optuna.create_trial(
                params=_params(state_of(item.source), state),
                distributions=dict(space),
                value=worst - 1 if failed else math.log(item.score),
                constraints={"failed": 1.0 if failed else 0.0},
            )
        )
    return study


def _params(of: State, asked: State) -> dict[str, int]:
    """Return a candidate's coordinates in the space that the asked kernel spans."""
    sites, values = dict(of.open_sites), {name: value for name, value, _ in of.knobs}
    params = {f"sites: {name}": sites.get(name, 0) for name, _ in asked.open_sites}
    for name, present, choices in asked.knobs:
        value = values.get(name, present)
        params[f"knob: {name}"] = value if value in choices else present
    return params


def importances(history: Sequence[Judged]) -> dict[str, float]:
    """Return how much of the score each recipe and knob explains, largest first; {} if unknown.

    Failed candidates are left out: they would only tell which recipe breaks kernels.
    """
    import optuna
    from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

    passed = [item for item in history if item.score > 0]
    if len(passed) < 4 or len({item.score for item in passed}) == 1:
        return {}
    state = state_of(history[0].source)
    space = _space(state)
    if not space:
        return {}
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = _study(passed, state, space, optuna.samplers.RandomSampler(seed=0))
    found = get_param_importances(study, evaluator=PedAnovaImportanceEvaluator())
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return {name: share for name, share in ranked if share > 0}
