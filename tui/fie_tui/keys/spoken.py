"""What the words of a command line stand for: candidates, islands, numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from fie_engine.view.rows import CandidateRow
from fie_engine.view.run import RunView
from fie_evaluator.errors import FieError
from fie_tui.looks import figures

if TYPE_CHECKING:
    from fie_tui.screens.board import BoardScreen

Deed = Callable[[], object]
"What is done once a line is understood."

MOST_OFFERED = 200


class Misspoken(FieError):
    """A line can't be carried out as it was typed; the message names the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A word that could come next."""

    word: str
    about: str = ""


Offering = Callable[["BoardScreen"], Sequence[Offer]]
"Returns the words that a place of a command can have."


def candidate_in(view: RunView, word: str) -> CandidateRow:
    """Return the candidate that a word names, "best" and "seed" included; raises Misspoken."""
    row = view.candidates.get(_by_role(view).get(word, word))
    if row is None:
        near = get_close_matches(word, view.candidates, n=1)
        meant = f": did you mean {near[0]}?" if near else "; Tab lists them"
        raise Misspoken(f"this run has no candidate {word}{meant}")
    return row


def island_in(view: RunView, word: str) -> int:
    """Return the number of the island that a word names; raises Misspoken."""
    islands = [row.island for row in view.islands()]
    if not word.isdigit() or int(word) not in islands:
        there = f"its islands are 0 to {islands[-1]}" if islands else "it has none yet"
        raise Misspoken(f"this run has no island {word}: {there}")
    return int(word)


def candidates(board: "BoardScreen") -> Sequence[Offer]:
    """Offer the candidates, the newest first, then the best and the seed."""
    rows = board.view.candidates
    newest = list(reversed(rows.values()))[:MOST_OFFERED]
    return [
        *(Offer(word=row.candidate.id, about=_about(row)) for row in newest),
        *(
            Offer(word=word, about=f"{name}  {_about(rows[name])}")
            for word, name in _by_role(board.view).items()
            if name in rows
        ),
    ]


def _by_role(view: RunView) -> dict[str, str]:
    return {"best": view.best_candidate, "seed": view.seed_candidate}


def islands(board: "BoardScreen") -> Sequence[Offer]:
    """Offer the islands."""
    return [
        Offer(word=str(row.island), about=f"best {row.best_candidate or 'none'}, {row.population}")
        for row in board.view.islands()
    ]


def words(*offered: str) -> Offering:
    """Offer fixed words."""
    return lambda board: [Offer(word=word) for word in offered]


def _about(row: CandidateRow) -> str:
    value = figures.of(row) if row.counts else str(row.state)
    return f"{value}  {row.candidate.note}"
