"""The command line's grammar of what a run may cost."""

import argparse
import math
from argparse import Namespace
from collections.abc import Callable

from fie_tui.flags.steering import Commands, add_runs_root

LIMITS = {
    "usd": "dollars for models' replies",
    "tokens": "tokens of models' prompts and replies",
    "gpu-seconds": "seconds of judging, over all leases",
    "hours": "hours in which the search runs",
}
"Every limit, as a flag, and what counts against it."


def add_limits(group: argparse._ActionsContainer) -> None:
    """Add the limits of a new or resumed run."""
    for name, meaning in LIMITS.items():
        group.add_argument(
            f"--budget-{name}",
            type=whole if name == "tokens" else amount,
            metavar="N",
            help=f"end the search cleanly after so many {meaning}",
        )


def limits_of(args: Namespace) -> dict[str, float]:
    """Return the limits that were given, by name."""
    names = [name.replace("-", "_") for name in LIMITS]
    given = {name: getattr(args, f"budget_{name}") for name in names}
    return {name: limit for name, limit in given.items() if limit is not None}


def add_budget(commands: Commands) -> None:
    """Add the subcommand that shows a run's budget and changes it."""
    meaning = "show what a run has cost of its budget, or change that while it runs"
    parser = commands.add_parser("budget", help=meaning, description=meaning)
    parser.add_argument("run", metavar="RUN", help="name or path")
    for name, counted in LIMITS.items():
        kind = whole if name == "tokens" else amount
        parser.add_argument(
            f"--{name}", type=_or_none(kind), metavar="N", help=f"{counted}; none for no limit"
        )
    parser.add_argument("--reason", default="", help="a word for the record")
    add_runs_root(parser)


def changes_of(args: Namespace) -> dict[str, float | None]:
    """Return the limits that are to change, by name; None for no limit any more."""
    told = {name.replace("-", "_"): getattr(args, name.replace("-", "_")) for name in LIMITS}
    return {name: given[0] for name, given in told.items() if given is not None}


def _or_none(kind: Callable[[str], float]) -> Callable[[str], tuple[float | None]]:
    """Return a reader that tells no limit, (None,), from no flag, None."""

    def read(text: str) -> tuple[float | None]:
        return (None,) if text == "none" else (kind(text),)

    return read


def amount(text: str) -> float:
    """Read a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return number


def whole(text: str) -> int:
    """Read a whole number above 0."""
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)
