"""How a person wants the board to look and to call: read once from flags and environment."""

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from fie_tui.ascii import speaks_ascii_only

Calling = Literal["off", "bell", "desktop", "both"]
"How a new best or a search's end is called out."

THEMES = ("dark", "light", "high-contrast", "ansi", "mono")
"Names of the palettes; said here since flags must not load what draws."

CALLINGS = get_args(Calling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """The board's theme, letters and manners."""

    theme: str = "dark"
    ascii: bool = False
    "Whether signs beyond ASCII are replaced."
    mouse: bool = True
    notify: Calling = "off"
    low_bandwidth: bool = False
    "Whether to treat the link as slow from the start."


def looks_of(args: Namespace, environment: Mapping[str, str]) -> Looks:
    """Return the looks: a flag wins over FIE_*, that over NO_COLOR and the locale."""
    plain = "mono" if environment.get("NO_COLOR") else "dark"
    notify = args.notify or environment.get("FIE_NOTIFY", "off")
    theme = args.theme or environment.get("FIE_THEME", plain)
    return Looks(
        theme=theme if theme in THEMES else plain,
        ascii=args.ascii or speaks_ascii_only(environment),
        mouse=not args.no_mouse,
        notify=notify if notify in CALLINGS else "off",
        low_bandwidth=args.low_bandwidth,
    )
