"""What every command is checked for before it becomes an event."""

from fie_engine.loop.search import Search
from fie_engine.model import RunState
from fie_engine.view.rows import CandidateRow, CandidateState, IslandRow
from fie_engine.view.run import RunView
from fie_evaluator.errors import FieError

LONGEST_TEXT = 2000
"Characters of a hint, a direction or a constraint: every prompt pays for them."


class Refused(FieError):
    """The command can't be carried out now; the message says why."""


def require(condition: bool, otherwise: str) -> None:
    """Raise Refused with these words unless the condition holds."""
    if not condition:
        raise Refused(otherwise)


def require_state(view: RunView, state: RunState, *, but: str = "") -> None:
    """Raise Refused unless the run is in that state."""
    require(view.state is state, f"the run is {view.state}{but}")


def known_candidate(search: Search, name: str) -> CandidateRow:
    """Return a candidate of the run; raises Refused."""
    row = search.view.candidates.get(name)
    if row is None:
        raise Refused(f"this run has no candidate {name}" if name else "no candidate is named")
    return row


def passed_candidate(search: Search, name: str) -> CandidateRow:
    """Return a candidate that passed; raises Refused for any other name."""
    row = known_candidate(search, name)
    require(row.state is CandidateState.PASSED, f"{name} is {row.state}, only a passed one can be")
    return row


def known_island(search: Search, island: int) -> IslandRow:
    """Return an island of the run; raises Refused."""
    rows = search.view.islands()
    require(bool(rows), "there are no islands yet: the seed isn't judged")
    found = next((row for row in rows if row.island == island), None)
    if found is None:
        raise Refused(f"this run has no island {island}; its islands are 0 to {len(rows) - 1}")
    return found


def open_island(search: Search, island: int) -> IslandRow:
    """Return an island that takes part; raises Refused."""
    row = known_island(search, island)
    require(not row.retired, f"island {island} is retired")
    return row


def require_another(search: Search, island: int) -> None:
    """Raise Refused if no other island would get proposals."""
    others = [row for row in search.view.islands() if row.island != island]
    searching = any(not row.retired and not row.muted for row in others)
    require(searching, f"island {island} is the last one that gets proposals")


def usable_text(text: str, what: str) -> str:
    """Return a person's words without blanks around them; raises Refused."""
    said = text.strip()
    require(bool(said), f"the {what} is empty")
    require(
        len(said) <= LONGEST_TEXT,
        f"the {what} has {len(said)} characters; {LONGEST_TEXT} is the most, "
        "since every prompt pays for it",
    )
    return said
