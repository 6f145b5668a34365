"""Settings that a person changes while the search goes on, and what follows from them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fie_engine import commands as c
from fie_engine import events as e
from fie_engine.config.adjustable import ADJUSTABLE, is_adjustable
from fie_engine.config.changed import changed
from fie_engine.config.keys import ConfigError
from fie_engine.config.load import Config
from fie_engine.config.tree import Islands, settings
from fie_engine.events_steering import Scalar
from fie_engine.launch.terms import Terms
from fie_engine.loop.pace import Limits
from fie_engine.steer.refusals import Refused, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """What a search goes by, as far as a person may change it."""

    terms: Terms
    limits: Limits
    islands: Islands
    weights: tuple[float, ...]
    "Of the models, in the configuration's order; empty where there is one or none."
    adaptive: bool
    "Whether the models' yield counts beside their weights."
    evaluations: int | None
    "Evaluations at once; None for as many as there are leases."
    leases: int
    "Evaluations that this engine can run at once."


SLOTS = "fie.slots"

Derive = Callable[[Config], Tuned]


class Tuning:
    """The configuration as launched, and what it is with a person's changes."""

    def __init__(self, launched: Config, derive: Derive) -> None:
        self._launched = launched
        self._derive = derive

    def tuned(self, changes: Mapping[str, Scalar]) -> Tuned:
        """Return what the search goes by after these changes; raises ConfigError."""
        return self._derive(changed(self._launched, changes))

    def change(self, command: c.SetSetting, changes: Mapping[str, Scalar]) -> e.SettingChanged:
        """Return one more change as an event; raises Refused."""
        name = full_name(command.name)
        require(
            is_adjustable(name),
            f"{command.name} can't change while the search goes on; these can: "
            f"{', '.join(ADJUSTABLE)} and llm.models.N.weight",
        )
        try:
            before = settings(changed(self._launched, changes))
            tuned = self.tuned({**changes, name: command.value})
        except ConfigError as error:
            raise Refused(str(error).removeprefix("command line: ")) from error
        require(name in before, f"{name} is not set in this run")
        require(before[name] != command.value, f"{name} is {command.value} already")
        if name == SLOTS:
            require(
                (tuned.evaluations or 0) <= tuned.leases,
                f"this engine can run {tuned.leases} at once, no more: to use other leases, stop "
                f"the run and continue it with --resume RUN --slots {command.value}",
            )
        return e.SettingChanged(
            name=name,
            value=command.value,
            previous=_scalar(before[name]),
            reason=command.reason,
            author=command.author,
        )


def full_name(name: str) -> str:
    """Return the dotted key that a name stands for: its last part alone is enough."""
    matches = [key for key in ADJUSTABLE if key == name or key.rpartition(".")[2] == name]
    return matches[0] if len(matches) == 1 else name


def _scalar(value: object) -> Scalar:
    assert value is None or isinstance(value, bool | int | float | str), "adjustable ones are"
    return value
