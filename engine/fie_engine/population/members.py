"""Members of a population: OpenEvolve's programs, but their texts stay on disk."""

from collections.abc import Callable, Iterable
from typing import Any

from openevolve.database import Program

from fie_engine.model import Candidate
from fie_engine.population.ordered import OrderedSet

Text = Callable[[], str]
"Fetches a kernel's text."

Departure = Callable[[str, int], None]
"Called with a member's candidate and the island that it leaves."

APART = "@"
"Between candidate and island in the id of a copy."


class Member(Program):  # type: ignore[misc]
    """A program whose text is fetched when asked for, so that thousands take little memory."""

    def __init__(self, text: Text, **fields: Any) -> None:
        self.text = text
        super().__init__(code="", **fields)

    @property
    def code(self) -> str:
        """The kernel's text."""
        return self.text()

    @code.setter
    def code(self, _: str) -> None:
        """Keep no text: OpenEvolve's constructor sets one."""


class IslandMembers(OrderedSet):
    """The ids of an island's members; tells who leaves."""

    def __init__(self, island: int, left: Departure, items: Iterable[str] = ()) -> None:
        super().__init__(items)
        self._island = island
        self._left = left

    def discard(self, value: str) -> None:
        """Remove a member if it is there."""
        if value in self:
            super().discard(value)
            self._left(named(value), self._island)


def named(member: str) -> str:
    """Return the candidate that a member's id stands for."""
    return member.partition(APART)[0]


def candidate_of(program: Program) -> str:
    """Return the candidate that a member, original or copy, stands for."""
    return named(program.id)


def copy_name(candidate: str, island: int) -> str:
    """Return the id of a candidate's copy on an island that is not its own."""
    return f"{candidate}{APART}{island}"


def program_of(
    candidate: Candidate, text: Text, metrics: dict[str, float], *, at: float
) -> Program:
    """Return a candidate as OpenEvolve's Program."""
    return Member(
        text,
        id=candidate.id,
        changes_description=candidate.note,
        parent_id=next(iter(candidate.parents), None),
        generation=candidate.generation,
        iteration_found=int(candidate.id[1:]),
        timestamp=at,
        metrics=metrics,
        metadata={"candidate": candidate.id},
    )


def copy_of(original: Program, island: int) -> Program:
    """Return a member that stands for the same candidate on another island."""
    candidate = candidate_of(original)
    return Member(
        original.text,
        id=copy_name(candidate, island),
        changes_description=original.changes_description,
        parent_id=original.id,
        generation=original.generation,
        iteration_found=original.iteration_found,
        timestamp=original.timestamp,
        metrics=dict(original.metrics),
        metadata={"candidate": candidate, "migrant": True},
    )
