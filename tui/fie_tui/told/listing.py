"""Which candidates the list shows, and in which order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from fie_engine.view.rows import CandidateRow
from fie_engine.view.run import RunView
from fie_tui.told.query import Query, Subject, parsed, split

ORDERS = ("newest", "fastest", "change", "generation", "island", "cost")
"""newest first; highest speedup first; largest gain on the parent; newest generation; by island,
then speedup; dearest first."""

TERMS = "ok -wrong best pinned marked island:2 speedup>1.5 delta>2% gen<9 age<10m cost>1 any text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants to see in the list."""

    words: tuple[str, ...] = ()
    order: str = ORDERS[0]
    backwards: bool = False
    "Whether the last comes first."

    @property
    def query(self) -> Query:
        """What the words ask for."""
        return parsed(self.words)

    def reordered(self) -> "Wish":
        """Return the wish with the next order."""
        following = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        return replace(self, order=following, backwards=False)

    def turned(self) -> "Wish":
        """Return the wish with the order the other way round."""
        return replace(self, backwards=not self.backwards)

    def filtered(self, text: str) -> "Wish":
        """Return the wish with the filter that `text` says."""
        return replace(self, words=split(text))


class Listing:
    """Lists candidates anew only when something about them, or the wish, has changed."""

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._rows: list[CandidateRow] = []

    def rows(
        self, view: RunView, wish: Wish, *, now: float = 0.0, marks: Sequence[str] = ()
    ) -> list[CandidateRow]:
        """Return the candidates to show; every word of the filter must hold."""
        moment = int(now) if wish.query.asks_time else 0
        of = (view, view.last_seq, wish, tuple(marks), moment)
        if of != self._of:
            self._of, self._rows = of, listed(view, wish, now=now, marks=marks)
        return self._rows


def listed(
    view: RunView, wish: Wish, *, now: float = 0.0, marks: Sequence[str] = ()
) -> list[CandidateRow]:
    """Return the candidates to show; every word of the filter must hold."""
    query, known = wish.query, tuple(marks)
    rows = list(reversed(view.candidates.values()))
    if query.terms:
        rows = [
            row for row in rows if query.holds(Subject(row=row, view=view, now=now, marks=known))
        ]
    if wish.order == "newest":
        return rows[::-1] if wish.backwards else rows
    return _sorted(view, rows, wish)


def _sorted(view: RunView, rows: list[CandidateRow], wish: Wish) -> list[CandidateRow]:
    """Return the rows by a figure, the largest first; those that lack it come last either way."""
    figure = _figure(view, wish.order)
    known = [(value, row) for row in rows if (value := figure(row)) is not None]
    known.sort(key=lambda one: one[0], reverse=not wish.backwards)
    return [row for _, row in known] + [row for row in rows if figure(row) is None]


def _figure(
    view: RunView, order: str
) -> Callable[[CandidateRow], float | tuple[float, float] | None]:
    match order:
        case "change":
            return lambda row: row.versus_parent
        case "generation":
            return lambda row: float(row.candidate.generation)
        case "island":
            return lambda row: (-float(row.candidate.island), row.score)
        case "cost":
            unit = view.money.unit
            return lambda row: view.money.of(row.candidate.id).amount(unit)
        case _:
            return lambda row: row.score if row.counts else None
