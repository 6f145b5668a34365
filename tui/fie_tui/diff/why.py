"""What one step did: its hunks, its workloads and its profile, seen together.

A verdict is about a step as a whole: which of several hunks did it is known only where a
candidate without that hunk was judged.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fie_engine.view.kinship import WorkloadChange, workload_changes
from fie_engine.view.rows import CandidateRow, CandidateState
from fie_engine.view.run import RunView
from fie_evaluator.results import Figure, Profile
from fie_tui.diff.drop import dropped_hunk
from fie_tui.looks import figures

NOTABLE = 0.02
"A figure that changed by less says nothing about why."
FIGURES_TOLD = 3
WORKLOADS_TOLD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A candidate beside what it is compared with."""

    after: CandidateRow
    before: CandidateRow
    hunks: int
    changes: tuple[WorkloadChange, ...]
    without: tuple[tuple[int, CandidateRow], ...]
    "Candidates that leave one hunk out, with its number."


def step_of(view: RunView, candidate: str, base: str, hunks: int) -> Step | None:
    """Return the step; None where either end is unknown."""
    after, before = view.candidates.get(candidate), view.candidates.get(base)
    if after is None or before is None:
        return None
    parent = (*after.candidate.parents, "")[0]
    found = (
        (dropped_hunk(row.candidate.note, candidate, base, parent), row)
        for row in view.candidates.values()
        if row.candidate.parents[:1] == (candidate,)
    )
    return Step(
        after=after,
        before=before,
        hunks=hunks,
        changes=tuple(workload_changes(after, before, view.seed)),
        without=tuple((hunk, row) for hunk, row in found if hunk),
    )


def hunk_words(step: Step, hunk: int) -> str:
    """Return what is known of a hunk's effect."""
    begin = f"hunk {hunk}/{step.hunks}"
    if step.after.state is not CandidateState.PASSED:
        state = "failed" if step.after.state is CandidateState.FAILED else "isn't judged yet"
        return f"{begin}: {step.after.candidate.id} {state}"
    words = [_tally(step.changes)]
    if step.hunks > 1:
        words[0] = f"the step's {step.hunks} hunks together: {words[0]}"
    told = [_without(step, row) for number, row in step.without if number == hunk]
    if not told and step.hunks > 1:
        told = ["they can't be told apart: press - to judge the kernel without it"]
    return f"{begin}: " + " · ".join([*words, *told])


def workload_words(step: Step, label: str) -> str:
    """Return what is known of why a workload's speed changed."""
    one = next((one for one in step.changes if one.label == label), None)
    name = step.before.candidate.id
    if one is None or one.change is None:
        return f"{label}: no figure to compare with {name}'s"
    begin = f"{label} {figures.change(one.change)} ±{one.change_noise:.1%} vs {name}"
    if one.within_noise:
        return f"{begin}: within the noise, no hunk moved it"
    hunks = "its only hunk" if step.hunks == 1 else f"{step.hunks} hunks, not to be told apart"
    return f"{begin}: {hunks} · {_profile_words(step, one)}"


def is_moved(step: Step | None, label: str) -> bool:
    """Whether the step changed a workload by more than the noise."""
    changes = step.changes if step else ()
    return any(
        one.label == label and one.change is not None and not one.within_noise for one in changes
    )


def moved_figures(after: Profile, before: Profile, label: str) -> list[tuple[str, float]]:
    """Return the figures that changed, the most changed first; none of another workload."""
    if not _is_about(after, before, label):
        return []
    earlier = dict(_valued(before.figures))
    changes = [
        (name, value / earlier[name] - 1)
        for name, value in _valued(after.figures)
        if earlier.get(name)
    ]
    notable = [(name, change) for name, change in changes if abs(change) >= NOTABLE]
    return sorted(notable, key=lambda one: -abs(one[1]))


def _profile_words(step: Step, one: WorkloadChange) -> str:
    after, before = (_profile(row) for row in (step.after, step.before))
    if after is None or before is None:
        return "not both were profiled"
    if not _is_about(after, before, one.label):
        return f"the profiles are of {after.workload or 'other work'}"
    moved = moved_figures(after, before, one.label)[:FIGURES_TOLD]
    if not moved:
        return "no figure of the profile changed"
    return "profile: " + ", ".join(f"{name} {change:+.0%}" for name, change in moved)


def _tally(changes: Sequence[WorkloadChange]) -> str:
    """Return how many workloads changed, and the largest changes."""
    known = [one for one in changes if one.change is not None]
    moved = [one for one in known if not one.within_noise]
    if not moved:
        return f"all {len(known)} workloads within the noise" if known else "no workload compares"
    moved.sort(key=lambda one: -abs(one.change or 0.0))
    told = [
        f"{'▲' if (one.change or 0) > 0 else '▼'} {one.label} {figures.change(one.change or 0.0)}"
        for one in moved[:WORKLOADS_TOLD]
    ]
    more = len(moved) - len(told)
    rest = [f"{more} more moved"] if more else []
    same = len(known) - len(moved)
    return "  ".join([*told, *rest, *([f"= {same} within the noise"] if same else [])])


def _without(step: Step, row: CandidateRow) -> str:
    """Return what leaving the hunk out did."""
    name = row.candidate.id
    match row.state:
        case CandidateState.FAILED:
            return f"without it ({name}) the kernel fails"
        case CandidateState.QUEUED | CandidateState.JUDGING:
            return f"without it: {name} is being judged"
    if row.versus_parent is None:
        return f"without it: {name}"
    told = "no change beyond the noise" if row.within_noise else figures.change(row.versus_parent)
    return f"without it ({name}): {told}"


def _profile(row: CandidateRow) -> Profile | None:
    return row.evaluation.profile if row.evaluation else None


def _is_about(after: Profile, before: Profile, label: str) -> bool:
    """Whether two profiles compare and tell about a workload; a nameless one is about all."""
    comparable = (after.source, after.workload) == (before.source, before.workload)
    return comparable and after.workload in (label, "")


def _valued(found: Iterable[Figure]) -> list[tuple[str, float]]:
    return [(one.name, one.value) for one in found if one.value is not None]
