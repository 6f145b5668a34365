"""The models of a configuration: which may answer, each with its own settings."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import cast

from fie_engine.config.keys import Plain
from fie_engine.config.tree import Config, Model


def single_models(config: Config) -> tuple[tuple[float, Config], ...]:
    """Return every model that may answer: its weight, and the configuration with it alone."""
    listed = _listed_models(config)
    rest = dict(config.rest)
    secrets = dict(config.secrets)
    alone = replace(
        config,
        rest=tuple(item for item in config.rest if not item[0].startswith("llm.models.")),
        secrets=tuple(item for item in config.secrets if not item[0].startswith("llm.models.")),
    )
    found: list[tuple[float, Config]] = []
    for index, own in sorted(listed.items()):
        key = secrets.get(f"llm.models.{index}.api_key")
        known = (("llm.api_key", key),) if key else alone.secrets
        single = replace(alone, model=_overridden(config.model, own), secrets=known)
        found.append((cast(float, own.get("weight", 1.0)), single))
    if not listed and (second := rest.get("llm.secondary_model")):
        first_weight = cast(float, rest.get("llm.primary_model_weight", 1.0))
        second_weight = cast(float, rest.get("llm.secondary_model_weight", 0.2))
        other = replace(config.model, name=cast(str, second))
        found = [(first_weight, config), (second_weight, replace(config, model=other))]
    return tuple((weight, single) for weight, single in found if weight > 0)


def _listed_models(config: Config) -> dict[int, dict[str, Plain]]:
    """Return the entries of `llm.models` by their position."""
    models: dict[int, dict[str, Plain]] = {}
    for path, value in config.rest:
        parts = path.split(".")
        if parts[:2] == ["llm", "models"]:
            models.setdefault(int(parts[2]), {})[parts[3]] = value
    return models


def heaviest_model(config: Config) -> tuple[int | None, Model]:
    """Return the model that answers: of `llm.models` the heaviest, with its own settings.

    The first value is its position in that list, None where the list is empty.
    """
    models = _listed_models(config)
    if not models:
        return None, config.model
    index = max(models, key=lambda at: (cast(float, models[at].get("weight", 1.0)), -at))
    return index, _overridden(config.model, models[index])


def _overridden(model: Model, own: Mapping[str, Plain]) -> Model:
    keys = {"llm.primary_model": "name"}
    changes = {}
    for item in fields(model):
        path: str = item.metadata["path"]
        key = keys.get(path, path.removeprefix("llm."))
        if own.get(key) is not None:
            changes[item.name] = own[key]
    return replace(model, **changes)  # type: ignore[arg-type]
