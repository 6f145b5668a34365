"""What a person typed into the form of a new run, and the command line that it amounts to."""

import re
import shlex
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from fie_tui.flags.budget import amount, whole
from fie_tui.flags.grammar import positive

PROPOSERS = ("auto", "operators", "llm", "mixed")

UNITS = {
    "usd": "usd",
    "$": "usd",
    "tokens": "tokens",
    "token": "tokens",
    "gpu-seconds": "gpu-seconds",
    "hours": "hours",
    "hour": "hours",
    "h": "hours",
}
"Words for a limit's unit, and the flag that each means."


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """The form's fields, as they stand there; empty ones leave it to the default."""

    track: str = ""
    dataset: str = ""
    kernel: str = ""
    proposer: str = PROPOSERS[0]
    model: str = ""
    server: str = ""
    islands: str = ""
    iterations: str = ""
    budget: str = ""
    'Amounts with their units, for example "2 usd, 1.5 hours".'
    name: str = ""


FIELDS = tuple(field.name for field in fields(NewRun))
"In the form's order."


def words_of(run: NewRun, place: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the words of the command line, after the program's name.

    `place` says where the runs lie; a field that can't be understood is left out.
    """
    words = ["run"]
    told = {
        "--track": run.track,
        "--dataset": _path(run.dataset),
        "--kernel": _path(run.kernel),
        "--proposer": "" if run.proposer == PROPOSERS[0] else run.proposer,
        "--model": run.model,
        "--base-url": run.server,
        "--islands": _sound(run.islands, positive),
        "--iterations": _sound(run.iterations, positive),
        **budget_flags(run.budget),
        "--name": run.name,
    }
    for flag, value in told.items():
        text = value.strip()
        if text:
            words += [f"{flag}={text}"] if text.startswith("-") else [flag, text]
    return (*words, *place)


def command_line(words: tuple[str, ...]) -> str:
    """Return the command as a shell takes it."""
    return shlex.join(("fie-tui", *words))


def command_lines(words: tuple[str, ...], width: int) -> list[str]:
    """Return the command in lines that a shell takes as one; a flag stays with its value."""
    lines = [""]
    for part in _flags(("fie-tui", *words)):
        longer = f"{lines[-1]} {part}".lstrip()
        if lines[-1] and len(longer) > width - 2:
            lines[-1] += " \\"
            lines.append(part)
        else:
            lines[-1] = longer
    return lines


def _flags(words: tuple[str, ...]) -> Iterator[str]:
    """Yield the words as a shell takes them, each flag with its value."""
    at = 0
    while at < len(words):
        taken = 2 if words[at].startswith("--") and "=" not in words[at] else 1
        yield shlex.join(words[at : at + taken])
        at += taken


def budget_flags(text: str) -> dict[str, str]:
    """Return the flags for limits such as "2 usd, 1.5 hours"; those not understood are left out."""
    return {flag: value for flag, value, problem in _limits(text) if not problem}


def budget_problem(text: str) -> str:
    """Say what is wrong with the limits; empty where nothing is."""
    return next((problem for _, _, problem in _limits(text) if problem), "")


def number_problem(text: str) -> str:
    """Say what is wrong with a count; empty where nothing is."""
    if not text.strip():
        return ""
    try:
        positive(text.strip())
    except ArgumentTypeError as error:
        return str(error)
    return ""


def _limits(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each limit's flag, amount and what is wrong with it."""
    seen = set()
    for part in re.split(r"[,;+]|\band\b", text):
        if not part.strip():
            continue
        found = re.fullmatch(r"\s*(\$?)\s*([\d.,_]+)\s*([a-z-]*)\s*", part.lower())
        unit = UNITS.get(found[3] or found[1]) if found else None
        if found is None or unit is None:
            yield "", "", f"{part.strip()!r}: say for example 2 usd, 500000 tokens or 1.5 hours"
            continue
        twice = f"{unit} is limited twice" if unit in seen else ""
        seen.add(unit)
        kind = whole if unit == "tokens" else amount
        yield f"--budget-{unit}", found[2], twice or _problem(found[2], kind)


def _problem(text: str, kind: Callable[[str], float]) -> str:
    try:
        kind(text)
    except ArgumentTypeError as error:
        return str(error)
    return ""


def _sound(text: str, kind: Callable[[str], float]) -> str:
    return "" if _problem(text.strip(), kind) else text


def _path(text: str) -> str:
    """Return a path with its ~ expanded: quoted on a command line, it would be none."""
    stripped = text.strip()
    try:
        return str(Path(stripped).expanduser()) if stripped else ""
    except RuntimeError:
        return stripped
