"""Events, commands and live states as JSON, by their class names."""

from typing import get_args

import msgspec

from fie_engine.commands import Command
from fie_engine.events import Event

_EVENTS: dict[str, type] = {kind.__name__: kind for kind in get_args(Event)}
_COMMANDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Command)}


def encode(value: object) -> str:
    """Return a frozen dataclass as JSON."""
    return msgspec.json.encode(value).decode()


def decode_event(kind: str, body: str) -> Event:
    """Return the event that `encode` wrote; raises KeyError for an unknown kind."""
    event: Event = msgspec.json.decode(body, type=_EVENTS[kind])
    return event


def decode_command(kind: str, body: str) -> Command:
    """Return the command that `encode` wrote; raises KeyError for an unknown kind."""
    command: Command = msgspec.json.decode(body, type=_COMMANDS[kind])
    return command
