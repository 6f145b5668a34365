"""A configuration with the settings that a person has changed since the launch."""

import tomllib
from collections.abc import Iterable, Mapping

from fie_engine import events as e
from fie_engine.config.keys import ConfigError
from fie_engine.config.load import Config, read_config
from fie_engine.config.tree import settings
from fie_engine.config.written import to_toml
from fie_engine.events_steering import Scalar


def changed(config: Config, changes: Mapping[str, Scalar]) -> Config:
    """Return the configuration with other values, checked as at launch; raises ConfigError."""
    if not changes:
        return config
    new = read_config(tomllib.loads(to_toml(config)), "this run", changes)
    now = settings(new)
    for name, value in changes.items():
        if now.get(name) != value:
            raise ConfigError(f"{name}: {value!r} is no value that it can have")
    return new


def reset(name: str, value: Scalar, events: Iterable[e.Recorded]) -> tuple[e.Event, ...]:
    """Return the event by which a flag overrules a person's earlier change, if there was one."""
    changes = [
        recorded.event.value
        for recorded in events
        if isinstance(recorded.event, e.SettingChanged) and recorded.event.name == name
    ]
    if not changes or changes[-1] == value:
        return ()
    return (e.SettingChanged(name=name, value=value, previous=changes[-1], reason="--resume"),)
