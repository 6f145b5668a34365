"""Which axes keep a population apart: those of the configuration, and a family's checklist."""

from collections.abc import Mapping
from dataclasses import replace

from fie_engine.checklist.progress import checklist_of
from fie_engine.config.keys import ConfigError
from fie_engine.config.tree import Config, Islands

COUNT = "checklist"
"The axis of how many steps are done."
STEP = "checklist."
"Begins the axis of one step, done or not."


def with_checklist(config: Config, definition: str) -> Config:
    """Return the configuration with the axes that the definition's checklist gives; ConfigError.

    Where they are named they stay as they are: a run keeps the axes that it began with.
    """
    islands, checklist = config.islands, checklist_of(definition)
    known = {COUNT, *(f"{STEP}{step.id}" for step in checklist.steps)} if checklist else set()
    named = [axis for axis in islands.feature_dimensions if is_of_checklist(axis)]
    unknown = [axis for axis in named if axis not in known]
    if unknown:
        there = f"there are {', '.join(sorted(known))}" if known else "it has no checklist"
        raise ConfigError(
            f"database.feature_dimensions: {definition} has no axis {unknown[0]!r}: {there}"
        )
    if checklist is None or named:
        return config
    added = {
        "auto": (COUNT,) if islands.feature_dimensions == Islands().feature_dimensions else (),
        "count": (COUNT,),
        "steps": tuple(f"{STEP}{step.id}" for step in checklist.steps),
        "off": (),
    }[islands.checklist_axes]
    axes = (*added, *islands.feature_dimensions)
    return replace(config, islands=replace(islands, feature_dimensions=axes))


def is_of_checklist(axis: str) -> bool:
    """Whether an axis is one of a checklist's."""
    return axis == COUNT or axis.startswith(STEP)


def checklist_metrics(definition: str, done: tuple[str, ...]) -> Mapping[str, float]:
    """Return a candidate's place on the axes of its definition's checklist."""
    checklist = checklist_of(definition)
    if checklist is None:
        return {}
    steps = {f"{STEP}{step.id}": float(step.id in done) for step in checklist.steps}
    return {COUNT: float(len(done)), **steps}
