"""Which candidates the list shows, and in which order."""

from collections.abc import Iterable
from dataclasses import dataclass

from fie_engine.view.rows import CandidateRow, CandidateState
from fie_engine.view.run import RunView

ORDERS = ("newest", "fastest", "island")
"newest first; highest speedup first; by island, then speedup."

TERMS = "ok · failed · pinned · best · island:2 · any text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants to see in the list."""

    words: tuple[str, ...] = ()
    order: str = ORDERS[0]

    def reordered(self) -> "Wish":
        """Return the wish with the next order."""
        following = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        return Wish(words=self.words, order=following)

    def filtered(self, text: str) -> "Wish":
        """Return the wish with the filter that `text` says."""
        return Wish(words=tuple(text.lower().split()), order=self.order)


def listed(view: RunView, wish: Wish) -> list[CandidateRow]:
    """Return the candidates to show; every word of the filter must hold."""
    rows: Iterable[CandidateRow] = reversed(view.candidates.values())
    if wish.words:
        rows = (row for row in rows if all(_holds(word, row) for word in wish.words))
    if wish.order == "fastest":
        return sorted(rows, key=lambda row: -row.score)
    if wish.order == "island":
        return sorted(rows, key=lambda row: (row.candidate.island, -row.score))
    return list(rows)


def _holds(word: str, row: CandidateRow) -> bool:
    match word:
        case "ok" | "passed":
            return row.state is CandidateState.PASSED
        case "failed":
            return row.state is CandidateState.FAILED
        case "pinned":
            return row.pinned
        case "best":
            return row.improved or row.champion
    name, colon, value = word.partition(":")
    if name == "island" and colon:
        return str(row.candidate.island) == value
    made = row.candidate
    return word in f"{made.id} {made.origin} {made.model} {made.note}".lower()
