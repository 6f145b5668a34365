"""Past facts of models whose server can't serve while the search goes on without them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLeftOut:
    """A model is asked nothing until its server answers; others propose meanwhile."""

    model: str
    "As the run calls it; all of a team's where none of them can be asked."
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelBack:
    """A model that was left out is asked again."""

    model: str


ModelEvent = ModelLeftOut | ModelBack
