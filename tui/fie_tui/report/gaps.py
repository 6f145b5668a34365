"""What a run's record leaves open, so that nobody reads more into a report than it holds."""

from collections.abc import Iterator

from fie_engine.checklist.progress import checklist_of
from fie_engine.view.rows import CandidateRow
from fie_evaluator.timing.telling import disturbances
from fie_tui.told.history import History


def gaps(history: History) -> Iterator[str]:
    """Yield every gap in a sentence."""
    view = history.view
    if history.state == "lost":
        yield "The engine died without a word: the record ends where it had come to."
    elif history.running:
        yield "The search goes on: these are its figures so far."
    if view.created is None:
        yield "The record doesn't say what was searched."
        return
    if view.created.caveat:
        yield f"About the figures: {view.created.caveat}."
    if checklist_of(view.created.definition) is None:
        yield f"No checklist is known for {view.created.definition}."
    total = view.money.total
    if not total.replies:
        yield "No model was asked: the cost is the time of judging alone."
    if total.unpriced:
        yield f"The price of {total.unpriced} replies is not known."
    if total.estimated:
        yield f"The tokens of {total.estimated} replies were counted from their text."
    yield from _of_the_best(view.best)


def _of_the_best(best: CandidateRow | None) -> Iterator[str]:
    if best is None or best.evaluation is None:
        yield "No candidate passed, so there are no workloads and no lineage."
        return
    evaluation = best.evaluation
    name = best.candidate.id
    if best.promoted:
        yield f"{name} was judged officially; its submission lies in {best.promoted}."
    else:
        yield f"{name} was not judged officially (`fie-tui promote` does)."
    if evaluation.profile is None:
        yield f"{name} was not profiled."
    if evaluation.results and all(one.limit_fraction is None for one in evaluation.results):
        yield "How near to the device's limit it comes is not known."
    if evaluation.conditions is None:
        yield "Clocks, power and temperature were not read."
    else:
        yield from (f"While it was timed: {told}." for told in disturbances(evaluation.conditions))
    if best.turns is None:
        yield f"{name} was never timed in turns with another."
