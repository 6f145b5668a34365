"""The settings that a run goes by now."""

from collections.abc import Mapping
from pathlib import Path

from fie_engine.config.adjustable import ADJUSTABLE
from fie_engine.events_steering import Scalar


def in_force(run: Path, changes: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return what may change while a search goes on, as launched and changed since.

    Only the changes where the run's configuration can't be read.
    """
    from fie_engine.config.load import load_config
    from fie_engine.config.tree import settings
    from fie_evaluator.errors import FieError

    try:
        launched = settings(load_config(run / "run.toml"))
    except (FieError, OSError):
        launched = {}
    known: dict[str, Scalar] = {}
    for name in ADJUSTABLE:
        value = launched.get(name)
        if name in launched and isinstance(value, bool | int | float | str | None):
            known[name] = value
    return known | dict(changes)
