"""What a RunView gathers of one island."""

from collections.abc import Iterable, Mapping

from fie_engine.view.rows import CandidateRow, IslandRow

TREND_LENGTH = 64
"How many points an island's trend keeps."


class IslandTally:
    """One island's members and how its best rose."""

    def __init__(self, index: int, founder: str) -> None:
        self.index = index
        self.founder = founder
        self.members: set[str] = set()
        self.retired = False
        self._best = 0.0
        self._best_candidate = ""
        self._stagnation = 0
        self._trend: list[float] = []

    @property
    def best(self) -> float:
        """The best score of any member so far."""
        return self._best

    def join(self, name: str, row: CandidateRow | None) -> None:
        """Take a candidate in."""
        self.members.add(name)
        if row is not None and row.counts and (not self._best_candidate or row.score > self._best):
            self._best, self._best_candidate = row.score, name
            self._stagnation = 0

    def judged(self, name: str, row: CandidateRow) -> None:
        """Count an evaluation of one of the island's own candidates."""
        before = self._best
        if row.counts:
            self.join(name, row)
        self._stagnation = 0 if self._best > before else self._stagnation + 1
        self._trend = [*self._trend, self._best][-TREND_LENGTH:]

    def weigh_again(self, candidates: Mapping[str, CandidateRow]) -> None:
        """Find the best anew after figures of members changed."""
        rows = (candidates[name] for name in sorted(self.members) if name in candidates)
        best = max((row for row in rows if row.counts), key=lambda row: row.score, default=None)
        if best is not None:
            self._best, self._best_candidate = best.score, best.candidate.id
            self._trend[-1:] = [self._best] if self._trend else []

    def leave(
        self, members: Iterable[str], founder: str, candidates: Mapping[str, CandidateRow]
    ) -> None:
        """Start again from another founder, without those members."""
        self.members.difference_update(members)
        self.founder = founder
        self._best, self._best_candidate, self._stagnation = 0.0, "", 0
        for name in (founder, *sorted(self.members)):
            self.join(name, candidates.get(name))

    def restore(
        self, members: Iterable[str], founder: str, candidates: Mapping[str, CandidateRow]
    ) -> None:
        """Take back those that left."""
        self.founder = founder
        for name in members:
            self.join(name, candidates.get(name))

    def row(
        self, candidates: Mapping[str, CandidateRow], *, now: str, muted: bool, direction: str
    ) -> IslandRow:
        """Return the island in figures."""
        rows = (candidates.get(name) for name in sorted(self.members))
        scores = [row.score for row in rows if row is not None and row.counts]
        return IslandRow(
            island=self.index,
            population=len(self.members),
            best=self._best,
            best_candidate=self._best_candidate,
            mean=sum(scores) / len(scores) if scores else 0.0,
            stagnation=self._stagnation,
            trend=tuple(self._trend),
            founder=self.founder,
            retired=self.retired,
            now=now,
            muted=muted,
            direction=direction,
        )
