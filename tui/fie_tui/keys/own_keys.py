"""A person's own keys: a file of action ids and keys, laid over the table of actions."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from fie_evaluator.errors import FieError
from fie_tui.keys.actions import Action
from fie_tui.keys.keymap import ACTIONS, BY_ID
from fie_tui.keys.names import nearest_key, shown_name, shown_names, textual_name
from fie_tui.keys.table import USUAL_KEYS, KeyTable

FIXED = "panel"
"The action whose keys stay: its digits number the panels."

TAKEN = {"ctrl+c": "leaves every screen", "ctrl+q": "leaves every screen"}
"Keys that are no action's, and what they do."

HEAD = """\
# The board's keys. Name the actions that are to have other keys; the rest keep theirs.
# A key is a character ("F", "?"), a name ("f5", "pageup", "space") or both ("ctrl+x").
# [] leaves an action without a key: the command line still has it.
"""


class KeysError(FieError):
    """The file of keys can't be used; the message says where and why."""


def keys_file(environ: Mapping[str, str]) -> Path:
    """Return where a person's keys are looked for."""
    home = environ.get("XDG_CONFIG_HOME") or str(Path(environ.get("HOME") or "~") / ".config")
    return Path(home).expanduser() / "fie-tui" / "keys.toml"


def keys_of(environ: Mapping[str, str], given: Path | None = None) -> KeyTable:
    """Return the keys in force: those of the file that was given or that lies in its place.

    Raises KeysError.
    """
    path = given or keys_file(environ)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if given is not None:
            raise KeysError(f"{path}: no such file; `fie-tui keys --toml` writes one") from None
        return USUAL_KEYS
    except (OSError, UnicodeDecodeError) as error:
        raise KeysError(f"{path}: can't be read: {error}") from error
    return table_of(text, str(path))


def table_of(text: str, place: str) -> KeyTable:
    """Return the table with the keys that a file's text gives; raises KeysError."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise KeysError(f"{place}: {error}") from error
    try:
        own = {name: _keys_of(name, value) for name, value in told.items()}
        actions = tuple(_with_keys(action, own) for action in ACTIONS)
        _refuse_keys_used_twice(actions, own)
    except KeysError as error:
        raise KeysError(f"{place}: {error}") from error
    return KeyTable(actions=actions)


def as_toml(table: KeyTable) -> Iterator[str]:
    """Yield the lines of a file that gives every action the keys that it has."""
    yield from HEAD.splitlines()
    for action in table.actions:
        if action.id != FIXED:
            told = ", ".join(f'"{_written(key)}"' for key in action.keys)
            yield f"{action.id} = [{told}]  # {action.label}: {action.help}"


def _written(key: str) -> str:
    character = shown_name(key)
    plain = len(character) == 1 and character.isascii() and character not in '"\\'
    return character if plain else key


def _with_keys(action: Action, own: Mapping[str, tuple[str, ...]]) -> Action:
    if action.id not in own:
        return action
    keys = own[action.id]
    return replace(action, keys=keys, shown=shown_names(keys))


def _keys_of(name: str, value: object) -> tuple[str, ...]:
    """Return an action's keys under Textual's names."""
    if name not in BY_ID:
        near = get_close_matches(name, list(BY_ID), n=1)
        meant = f": did you mean {near[0]}?" if near else "; `fie-tui keys` lists them"
        raise KeysError(f"no action is called {name}{meant}")
    if name == FIXED:
        raise KeysError(f"{name}: a panel's digit stays as it is")
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise KeysError(f'{name}: give a key or a list of keys, such as "f5" or ["f", "f5"]')
    return tuple(_known(name, key) for key in keys)


def _known(name: str, told: str) -> str:
    key = textual_name(told)
    if not key:
        near = nearest_key(told)
        meant = f": did you mean {near}?" if near else "; a key is like F, f5, space or ctrl+x"
        raise KeysError(f"{name}: {told!r} is no key{meant}")
    if key in TAKEN:
        raise KeysError(f"{name}: {told} {TAKEN[key]}: choose another")
    return key


def _refuse_keys_used_twice(
    actions: tuple[Action, ...], own: Mapping[str, tuple[str, ...]]
) -> None:
    users: dict[str, str] = {}
    for action in actions:
        for key in action.keys:
            if key in users:
                first, second = sorted((users[key], action.id), key=lambda one: one in own)
                raise KeysError(
                    f"{shown_name(key)} is the key of both {first} and {second}: "
                    f"give one of them another"
                )
            users[key] = action.id
