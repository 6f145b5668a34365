"""How far a candidate has come with its checklist, and what its official judging said, as lines."""

from fie_engine.checklist.profiled import weighed
from fie_engine.checklist.progress import Finding, findings
from fie_engine.checklist.tests import StepState
from fie_engine.view.rows import CandidateRow
from fie_engine.view.run import RunView

SIGNS = {StepState.DONE: "✓", StepState.OPEN: "○", StepState.UNKNOWN: "?"}
INKS = {StepState.DONE: "good", StepState.OPEN: "text", StepState.UNKNOWN: "dim"}


def found_of(view: RunView, row: CandidateRow, source: str) -> tuple[Finding, ...]:
    """Return what its text and its profile show of each step; nothing without a checklist."""
    definition = view.created.definition if view.created else ""
    profile = row.evaluation.profile if row.evaluation else None
    return weighed(findings(definition, source), profile)


def heading(found: tuple[Finding, ...]) -> str:
    """Return how many steps are done."""
    done = sum(one.state is StepState.DONE for one in found)
    return f"{done} of {len(found)} steps done"


def step_told(one: Finding) -> str:
    """Return a step with its state and the reason."""
    return f"{SIGNS[one.state]} {one.step.title}: {one.reason}"
