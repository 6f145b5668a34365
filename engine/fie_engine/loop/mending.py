"""Replies that failed and are put right: which are due, and what the model is told."""

from dataclasses import dataclass

from fie_engine import events as e
from fie_engine.model import Origin
from fie_engine.view.rows import CandidateRow
from fie_evaluator.results import Evaluation, Status

LONGEST_ERROR = 4000
"Characters of an error that a model is shown; a compiler says the most important last."


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """What came of a reply that can be put right."""

    name: str
    'The candidate that failed, or "#12" for a reply that made none.'
    parent: str
    island: int
    error: str


class Mending:
    """Folds events into what is due; each ask has one such round at most."""

    def __init__(self) -> None:
        self._due: dict[str, Broken] = {}
        self._open: dict[int, Broken] = {}
        "What is being put right, by proposal."

    @property
    def next(self) -> Broken | None:
        """What is to be put right first."""
        return next(iter(self._due.values()), None)

    def apply(self, event: e.Event, row: CandidateRow | None) -> None:
        """Take in an event, with the row of the candidate that it judges."""
        match event:
            case e.EngineStarted():
                # What was open when an engine ended is asked again, before all others.
                self._due = {one.name: one for one in self._open.values()} | self._due
                self._open.clear()
            case e.ProposalStarted(proposal=number, mends=name) if name in self._due:
                self._open[number] = self._due.pop(name)
            case e.Proposed(proposal=number):
                self._open.pop(number, None)
            case e.ProposalFailed(proposal=number, mendable=False):
                self._open.pop(number, None)
            case e.ProposalFailed(mendable=True):
                self._add(f"#{event.proposal}", event.parent, event.island, event.reason)
            case e.IslandRetired(island=island):
                self._due = {name: one for name, one in self._due.items() if one.island != island}
            case e.Evaluated(evaluation=evaluation) if row is not None and is_mendable(row):
                made = row.candidate
                self._add(made.id, made.parents[0], made.island, exact_error(evaluation))

    def drop(self, name: str) -> None:
        """Leave something broken: there is nothing to go by."""
        self._due.pop(name, None)

    def _add(self, name: str, parent: str, island: int, error: str) -> None:
        self._due[name] = Broken(name=name, parent=parent, island=island, error=error)


def is_mendable(row: CandidateRow) -> bool:
    """Whether a model's kernel that nobody tried to put right doesn't compile, or is refused."""
    made, evaluation = row.candidate, row.evaluation
    fresh = made.origin is Origin.LLM and not made.mends and bool(made.parents)
    return fresh and evaluation is not None and _does_not_compile(evaluation)


def exact_error(evaluation: Evaluation) -> str:
    """Return what the judge said, word for word; of a long text its end."""
    said = [evaluation.error, *(f"{one.label}: {one.error}" for one in evaluation.results)]
    text = next((text for text in said if text.strip()), "")
    cut = text if len(text) <= LONGEST_ERROR else f"…{text[-LONGEST_ERROR:]}"
    return f"{evaluation.status}: {cut}"


def _does_not_compile(evaluation: Evaluation) -> bool:
    if evaluation.status in (Status.COMPILE_ERROR, Status.REFUSED):
        return True
    # Triton compiles at the first call, so that its complaints come at run time.
    return evaluation.status is Status.RUNTIME_ERROR and "CompilationError" in exact_error(
        evaluation
    )
