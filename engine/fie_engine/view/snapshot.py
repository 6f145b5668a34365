"""A view as it is now, kept while the view itself folds on."""

from collections import deque
from collections.abc import Iterable
from dataclasses import is_dataclass
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")

PLAIN = (str, int, float, bool, bytes, type(None), tuple, frozenset, Enum)


def copied(value: T) -> T:
    """Return a copy that shares what never changes: frozen values, texts and tuples.

    Only the containers and the tallies of a view are made anew, so that a copy of
    thousands of candidates costs little more than their references.
    """
    if _never_changes(type(value)):
        return value
    if isinstance(value, dict | list | set | deque):
        return _copied_container(value)  # type: ignore[no-any-return]
    twin = object.__new__(type(value))
    for name, part in vars(value).items():
        setattr(twin, name, copied(part))
    return twin


def _copied_container(value: Any) -> Any:
    parts = value.values() if isinstance(value, dict) else value
    if _all_plain(parts):
        return value.copy()
    if isinstance(value, dict):
        return {key: copied(part) for key, part in value.items()}
    return type(value)(map(copied, value))


def _all_plain(parts: Iterable[object]) -> bool:
    return all(map(_never_changes, set(map(type, parts))))


def _never_changes(kind: type) -> bool:
    return issubclass(kind, PLAIN) or (
        is_dataclass(kind) and kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    )
