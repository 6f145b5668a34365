"""The optimisation checklist in the words of a prompt: what is done, what is still open."""

from fie_engine.checklist.profiled import weighed
from fie_engine.checklist.progress import Finding, findings
from fie_engine.checklist.tests import StepState
from fie_engine.prompt.brief import Brief
from fie_engine.prompt.parts import one_line
from fie_engine.propose.base import Judged

LONGEST_REASON = 200


def checklist_text(brief: Brief, parent: Judged) -> str:
    """Return how far the parent has come; empty for a family without a checklist."""
    found = weighed(findings(brief.definition, parent.source), parent.evaluation.profile)
    fitting = [one for one in found if brief.on_gpu or not one.step.needs_gpu]
    if not fitting:
        return ""
    done = [one.step.title for one in fitting if one.state is StepState.DONE]
    told = [f"Done, {len(done)} of {len(fitting)}: {'; '.join(done) or 'none yet'}."]
    told += [_open(one) for one in fitting if one.state is StepState.OPEN]
    told += [_open(one) for one in fitting if one.state is StepState.UNKNOWN]
    return "\n".join(told)


def _open(found: Finding) -> str:
    state = "Open" if found.state is StepState.OPEN else "Perhaps open"
    reason = one_line(found.reason, LONGEST_REASON)
    return f"- {state}: {found.step.title}; {reason}. {found.step.advice}"
