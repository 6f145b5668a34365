"""How a person wants the board to look and to call: read once from flags and environment."""

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from fie_tui.looks.letters import BARE_TERMINALS, speaks_ascii_only

Calling = Literal["off", "bell", "desktop", "both"]
"How a new best or a search's end is called out."

THEMES = ("dark", "light", "high-contrast", "ansi", "mono")
"Names of the palettes; said here since flags must not load what draws."

CALLINGS: tuple[Calling, ...] = get_args(Calling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """The board's theme, letters and manners."""

    theme: str = "dark"
    ascii: bool = False
    "Whether signs beyond ASCII are replaced."
    mouse: bool = True
    notify: Calling = "off"
    keys: Path | None = None
    "A file of the person's own keys; None for the one in its usual place, if there is one."
    low_bandwidth: bool = False
    "Whether to treat the link as slow from the start."


def looks_of(args: Namespace, environment: Mapping[str, str]) -> Looks:
    """Return the looks: a flag wins over FIE_*, that over NO_COLOR, TERM and the locale."""
    usual = _usual_theme(environment)
    theme = args.theme or environment.get("FIE_THEME", usual)
    return Looks(
        theme=theme if theme in THEMES else usual,
        ascii=args.ascii or speaks_ascii_only(environment),
        mouse=not args.no_mouse,
        notify=_calling(args.notify or environment.get("FIE_NOTIFY", "")),
        keys=args.keys,
        low_bandwidth=args.low_bandwidth,
    )


def looks_of_picture(args: Namespace) -> Looks:
    """Return the looks of a picture: the terminal that asks for it has no say."""
    return Looks(theme=args.theme or "dark", ascii=args.ascii)


def _usual_theme(environment: Mapping[str, str]) -> str:
    """Return the theme that the terminal can show: a console has sixteen colours, a VT none."""
    terminal = environment.get("TERM", "")
    if environment.get("NO_COLOR") or terminal.startswith("vt"):
        return "mono"
    return "ansi" if terminal.startswith(BARE_TERMINALS) else "dark"


def _calling(told: str) -> Calling:
    return next((one for one in CALLINGS if one == told), "off")
