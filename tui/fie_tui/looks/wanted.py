"""How a person wants the board to look and to call: read once from flags and environment."""

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from fie_tui.looks.letters import speaks_ascii_only

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
    low_bandwidth: bool = False
    "Whether to treat the link as slow from the start."


def looks_of(args: Namespace, environment: Mapping[str, str]) -> Looks:
    """Return the looks: a flag wins over FIE_*, that over NO_COLOR and the locale."""
    plain = "mono" if environment.get("NO_COLOR") else "dark"
    theme = args.theme or environment.get("FIE_THEME", plain)
    return Looks(
        theme=theme if theme in THEMES else plain,
        ascii=args.ascii or speaks_ascii_only(environment),
        mouse=not args.no_mouse,
        notify=_calling(args.notify or environment.get("FIE_NOTIFY", "")),
        low_bandwidth=args.low_bandwidth,
    )


def looks_of_picture(args: Namespace) -> Looks:
    """Return the looks of a picture: the terminal that asks for it has no say."""
    return Looks(theme=args.theme or "dark", ascii=args.ascii)


def _calling(told: str) -> Calling:
    return next((one for one in CALLINGS if one == told), "off")
