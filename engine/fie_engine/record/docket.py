"""The judged candidates of a run, put together when someone asks for one."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from fie_engine.propose.base import Judged
from fie_engine.view.rows import CandidateRow

Source = Callable[[str], str]
"Returns a candidate's kernel text."

SOURCES = 512
"Texts kept in memory: what proposers look at most."


class Docket(Mapping[str, Judged]):
    """Judged candidates by name, in the order of their first verdict, with their figures of now."""

    def __init__(self, rows: Mapping[str, CandidateRow], source: Source) -> None:
        self.source = lru_cache(maxsize=SOURCES)(source)
        self._rows = rows
        self._names: dict[str, None] = {}

    def enter(self, name: str) -> None:
        """Take in a candidate that got its verdict."""
        self._names[name] = None

    def newest(self, count: int) -> tuple[Judged, ...]:
        """Return the candidates judged last, oldest first."""
        names = list(self._names)[-count:]
        return tuple(self[name] for name in names)

    def __getitem__(self, name: str) -> Judged:
        if name not in self._names:
            raise KeyError(name)
        row = self._rows[name]
        assert row.evaluation is not None
        return Judged(
            candidate=row.candidate,
            source=self.source(name),
            evaluation=row.evaluation,
            score=row.score,
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
