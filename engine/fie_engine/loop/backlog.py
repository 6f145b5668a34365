"""What a run has asked for and not judged yet, and what each proposer has used up."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from fie_engine import events as e


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An ask, and how its island stood then."""

    started: e.ProposalStarted
    best_then: float
    "The island's best score."


class Backlog:
    """Asks without an answer, and candidates without a verdict, oldest first."""

    def __init__(self) -> None:
        self.asked: dict[int, Asked] = {}
        self.used: Counter[str] = Counter()
        "Iterations by proposer: judged, or failed."
        self._open: dict[str, Asked | None] = {}
        "Candidates and what they answer; None for kernels that no ask brought about."

    def __iter__(self) -> Iterator[str]:
        return iter(self._open)

    def ask(self, started: e.ProposalStarted, best: float) -> None:
        """Note an ask of an island whose best score is this."""
        self.asked[started.proposal] = Asked(started=started, best_then=best)

    def fail(self, proposal: int, *, spent: bool) -> None:
        """Note that an ask yielded no candidate."""
        asked = self.asked.pop(proposal, None)
        if asked is not None and spent:
            self.used[asked.started.proposer] += 1

    def propose(self, proposal: int, candidate: str) -> None:
        """Note that an ask, if there was one, yielded a candidate."""
        self._open[candidate] = self.asked.pop(proposal, None)

    def judge(self, candidate: str) -> None:
        """Note a candidate's verdict."""
        asked = self._open.pop(candidate, None)
        if asked is not None:
            self.used[asked.started.proposer] += 1

    def angle_on(self, parent: str) -> int:
        """Return the least number that no open ask for a child of `parent`, or its answer, has."""
        known = [*self.asked.values(), *filter(None, self._open.values())]
        taken = {one.started.angle for one in known if one.started.parent == parent}
        return next(angle for angle in count() if angle not in taken)

    def answered(self, candidate: str) -> Asked | None:
        """Return the ask that an open candidate answers."""
        return self._open[candidate]

    def open_of(self, proposer: str) -> list[str]:
        """Return a proposer's candidates without a verdict, oldest first."""
        return [
            name
            for name, asked in self._open.items()
            if asked is not None and asked.started.proposer == proposer
        ]
