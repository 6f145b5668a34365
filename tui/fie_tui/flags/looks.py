"""Flags of how the board looks, and of the commands that picture, report and serve a run."""

import argparse
from pathlib import Path
from typing import TypeAlias

from fie_tui.flags.steering import add_runs_root, natural
from fie_tui.looks.wanted import CALLINGS, THEMES

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

MOMENTS = "an event's number, a candidate (c0012), a time (14:05) or one since the start (12m)"

WIDEST, HIGHEST = 400, 200
"The largest picture; a larger one would be a mistake."


def add_looks(parser: argparse.ArgumentParser) -> None:
    """Add the flags of how the board looks."""
    group = parser.add_argument_group("how the board looks")
    _add_letters(group)
    add_keys(group)
    group.add_argument("--no-mouse", action="store_true", help="leave the mouse to the terminal")
    group.add_argument(
        "--notify",
        choices=CALLINGS,
        help="on a new best, an end or a warning: the bell, a desktop notice or both; "
        "default: $FIE_NOTIFY or off",
    )
    group.add_argument(
        "--low-bandwidth",
        action="store_true",
        help="few bytes: repaint every 5 s, 16 colours; a slow link gets there by itself",
    )


def add_moment(parser: argparse.ArgumentParser, meaning: str) -> None:
    """Add the flag that goes back in time."""
    parser.add_argument("--at", metavar="MOMENT", help=f"{meaning}: {MOMENTS}")


def _add_letters(group: argparse._ActionsContainer) -> None:
    group.add_argument(
        "--theme",
        choices=THEMES,
        help="default: $FIE_THEME, or dark; mono where NO_COLOR is set, ansi on a console",
    )
    group.add_argument(
        "--ascii",
        action="store_true",
        help="no signs beyond ASCII; by itself where LANG=C or TERM=linux",
    )


def add_keys(group: argparse._ActionsContainer) -> None:
    """Add the flag of a person's own keys."""
    group.add_argument(
        "--keys",
        type=Path,
        metavar="FILE",
        help="your own keys as TOML; default: fie-tui/keys.toml in $XDG_CONFIG_HOME or ~/.config",
    )


def add_keymap(commands: Commands) -> None:
    """Add the subcommand that lists the keys."""
    meaning = "list the board's keys that are in force"
    keys = commands.add_parser("keys", help=meaning, description=meaning)
    add_keys(keys)
    keys.add_argument("--toml", action="store_true", help="as a file of keys to start from")


def add_pictures(commands: Commands) -> None:
    """Add what shows a run elsewhere than in a terminal."""
    shot = _add_of_run(commands, "shot", "write a picture of a run's board, without a terminal")
    shot.add_argument("--size", type=_size, default=(120, 40), help="COLUMNSxROWS; default: 120x40")
    shot.add_argument("--output", type=Path, help="SVG file; default: RUN.svg here; - for stdout")
    shot.add_argument(
        "--candidate", default="", help="whom to show, or best; default: the newest judged"
    )
    add_moment(shot, "the board as it was then")
    shot.add_argument("--panel", default="", help="give this panel the whole picture")
    _add_letters(shot)
    report = _add_of_run(commands, "report", "write what a run came to as HTML and as Markdown")
    report.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="where report.html and report.md go; default: RUN's folder",
    )
    serve = _add_of_run(commands, "serve", "show a run read-only in a web browser")
    serve.add_argument(
        "--host", default="127.0.0.1", help="address to listen on; default: this machine alone"
    )
    serve.add_argument("--port", type=natural, default=8765, help="default: 8765; 0 for any")
    serve.add_argument(
        "--token", default="", help="what a browser must know; beyond this machine one is made up"
    )


def _add_of_run(commands: Commands, name: str, meaning: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=meaning, description=meaning)
    parser.add_argument("run", metavar="RUN", help="name or path")
    add_runs_root(parser)
    return parser


def _size(text: str) -> tuple[int, int]:
    columns, _, rows = text.lower().partition("x")
    if not (columns.isdigit() and rows.isdigit() and text.isascii()):
        raise argparse.ArgumentTypeError(f"{text!r} is no size: say for example 120x40")
    width, height = int(columns), int(rows)
    if not (1 <= width <= WIDEST and 1 <= height <= HIGHEST):
        raise argparse.ArgumentTypeError(f"{text!r} is not within {WIDEST}x{HIGHEST}")
    return width, height
