"""A set that remembers the order of insertion, so that sampling from it repeats."""

from collections.abc import Iterable, Iterator, MutableSet


class OrderedSet(MutableSet[str]):
    """Strings in order of insertion; hash randomisation can't reorder them."""

    def __init__(self, items: Iterable[str] = ()) -> None:
        self._items = dict.fromkeys(items)

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def add(self, value: str) -> None:
        """Add a string; one that is there already keeps its place."""
        self._items[value] = None

    def discard(self, value: str) -> None:
        """Remove a string if it is there."""
        self._items.pop(value, None)

    def copy(self) -> "OrderedSet":
        """Return a copy in the same order."""
        return OrderedSet(self._items)
