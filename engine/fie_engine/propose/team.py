"""The models that a configuration names together, each with its weight, server and key."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from fie_engine.config.models import single_models
from fie_engine.config.tree import Config
from fie_engine.propose.choose import ListModels, ProposerChoice, Wish, choose_proposer


def choose_team(
    config: Config,
    environ: Mapping[str, str],
    wish: Wish,
    list_models: ListModels | None = None,
) -> ProposerChoice:
    """Return what proposes: one, or several models that share the asks; raises ConfigError.

    A model that a person names is the only one.
    """
    choice = choose_proposer(config, environ, wish, list_models)
    models = single_models(config)
    named = wish.model or environ.get("FIE_MODEL", "")
    if choice.kind == "operators" or named or len(models) < 2:
        return choice
    members = [
        replace(choose_proposer(single, environ, wish, list_models), weight=weight)
        for weight, single in models
    ]
    team = _labelled(members)
    shares = ", ".join(f"{one.title} {one.weight:g}" for one in team)
    return replace(choice, team=team, why=f"the configuration names several: {shares}")


def configs_of(choice: ProposerChoice, config: Config) -> tuple[Config, ...]:
    """Return the configuration of each model that the choice asks."""
    if not choice.team:
        return (config,)
    return tuple(single for _, single in single_models(config))


def prompted_by(choice: ProposerChoice, config: Config) -> tuple[Config, ...]:
    """Return the configurations by which prompts are made, each with its model's name."""
    if choice.kind == "operators":
        return ()
    members = choice.team or (choice,)
    return tuple(
        named_after(single, member)
        for member, single in zip(members, configs_of(choice, config), strict=True)
    )


def named_after(config: Config, choice: ProposerChoice) -> Config:
    """Return a configuration with the name of the model that was chosen."""
    return replace(config, model=replace(config.model, name=choice.model))


def _labelled(members: list[ProposerChoice]) -> tuple[ProposerChoice, ...]:
    """Tell apart those that have the same name: another server, or other settings."""
    seen: Counter[str] = Counter()
    told = []
    for member in members:
        seen[member.model] += 1
        number = seen[member.model]
        told.append(replace(member, label=f"{member.model} ({number})" if number > 1 else ""))
    return tuple(told)
