"""Whose hand is on the keys, and with which editor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from fie_tui.keys.editor import Draft, edited

Edit = Callable[[str, str], Draft]
"Takes a kernel's text and its name, and returns what came out of an editor."


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who steers."""

    author: str
    "A login name; empty where nobody says."
    edit: Edit


def hand_of(environ: Mapping[str, str]) -> Hand:
    """Return who sits at this terminal."""
    return Hand(author=author_of(environ), edit=partial(edited, environ=environ))


def author_of(environ: Mapping[str, str]) -> str:
    """Return who acts, for the record: a login name, or nothing."""
    return environ.get("USER") or environ.get("LOGNAME") or ""


NOBODY = hand_of({})
