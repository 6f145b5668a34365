"""Whose hand is on the keys, and with which editor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fie_tui.keys.author import author_of
from fie_tui.keys.editor import Draft, edited
from fie_tui.keys.own_keys import keys_of
from fie_tui.keys.table import USUAL_KEYS, KeyTable

Edit = Callable[[str, str], Draft]
"Takes a kernel's text and its name, and returns what came out of an editor."


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who steers."""

    author: str
    "A login name; empty where nobody says."
    edit: Edit
    keys: KeyTable = USUAL_KEYS


def hand_of(environ: Mapping[str, str], keys: Path | None = None) -> Hand:
    """Return who sits at this terminal; raises KeysError where a file of keys is no good."""
    return Hand(
        author=author_of(environ),
        edit=partial(edited, environ=environ),
        keys=keys_of(environ, keys),
    )


NOBODY = Hand(author="", edit=partial(edited, environ={}))
