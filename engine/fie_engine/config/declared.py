"""How a field of the configuration says which key sets it, and what it may be."""

from dataclasses import field
from typing import TypeVar

T = TypeVar("T")


def stock(path: str, default: T, low: float = float("-inf"), high: float = float("inf")) -> T:
    """Declare a field that one of OpenEvolve's keys sets."""
    limits = {"path": path, "low": low, "high": high}
    return field(default=default, metadata=limits)


def ours(
    name: str,
    kind: str,
    default: T,
    low: float = float("-inf"),
    high: float = float("inf"),
    choices: tuple[str, ...] = (),
) -> T:
    """Declare a field that a key of the `fie:` section sets."""
    limits = {"path": f"fie.{name}", "kind": kind, "low": low, "high": high, "choices": choices}
    return field(default=default, metadata=limits)
