"""Which two kernels the diff shows: a candidate and another, or a parent and a reply."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fie_engine.live import Live, Utterance
from fie_engine.view.kinship import lineage
from fie_engine.view.rows import CandidateRow
from fie_engine.view.run import RunView

Against = Literal["live", "parent", "seed", "marked"]
"""What the chosen candidate is compared with; "live" prefers a reply that streams in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLook:
    """How a person looks at diffs; kept while the board is open."""

    against: Against = "live"
    sides: bool = False
    "Whether old and new stand side by side."
    blame: bool = False
    "Whether each line tells who wrote it; the whole kernel is shown then."


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One request for a diff."""

    candidate: str
    "Empty for a reply that still streams in."
    base: str
    "Empty where there is nothing to compare with: the kernel is shown whole."
    lineage: tuple[str, ...] = ()
    "From the first ancestor to the candidate, where lines are to tell who wrote them."
    proposal: int = 0
    "The number of a reply that still streams in."
    reply: str = ""
    heard: int = 0
    "Characters of it, thinking included."

    @property
    def pair(self) -> tuple[str, str, int, bool]:
        """What stays the same while a reply grows."""
        return self.candidate, self.base, self.proposal, bool(self.lineage)


def comparison(
    view: RunView,
    chosen: CandidateRow | None,
    look: DiffLook,
    marks: Sequence[str],
    reply: Utterance | None,
) -> Comparison | None:
    """Return what the diff is to show now; None while there is no candidate."""
    if reply is not None and look.against == "live" and not look.blame:
        return Comparison(
            candidate="",
            base=view.backlog.asked[reply.proposal].started.parent,
            proposal=reply.proposal,
            reply=reply.text,
            heard=reply.characters,
        )
    if chosen is None:
        return None
    name = chosen.candidate.id
    wanted = Comparison(candidate=name, base=(*chosen.candidate.parents, "")[0])
    if look.against == "seed" and name != view.seed_candidate:
        wanted = replace(wanted, base=view.seed_candidate)
    elif look.against == "marked" and (pair := marked_pair(name, marks)):
        base, name = pair
        wanted = Comparison(candidate=name, base=base)
    if not look.blame:
        return wanted
    line = [row.candidate.id for row in lineage(view.candidates, name)]
    return replace(wanted, lineage=tuple(reversed(line)))


def marked_pair(chosen: str, marks: Sequence[str]) -> tuple[str, str] | None:
    """Return the older and the newer of two marked candidates, or of a marked and the chosen one.

    None where there are no two.
    """
    names = marks[-2:] if len(marks) > 1 else [*marks, chosen]
    older, *newer = sorted(set(names), key=lambda name: (len(name), name))
    return (older, newer[0]) if newer else None


def streaming(view: RunView, live: Live | None) -> Utterance | None:
    """Return the reply to watch: the oldest under way, so that it stays until it has ended."""
    replies = live.replies if live else ()
    known = [reply for reply in replies if reply.proposal in view.backlog.asked]
    return min(known, key=lambda reply: reply.proposal, default=None)
