"""`fie-tui keys`: the board's keys that are in force."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from fie_tui.keys.own_keys import as_toml as toml_lines
from fie_tui.keys.own_keys import keys_of
from fie_tui.keys.table import KeyTable
from fie_tui.speech import say

KEY_WIDTH, ID_WIDTH = 10, 16


def print_keys(given: Path | None, environ: Mapping[str, str], *, as_toml: bool) -> int:
    """Print the table of actions, or a file that gives each the keys that it has."""
    table = keys_of(environ, given)
    for line in toml_lines(table) if as_toml else _lines(table):
        say(line)
    return 0


def _lines(table: KeyTable) -> Iterator[str]:
    for action in table.actions:
        yield f"{action.shown:<{KEY_WIDTH}}{action.id:<{ID_WIDTH}}{action.label}: {action.help}"
