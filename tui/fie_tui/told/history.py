"""A run's whole record, folded."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fie_engine import events as e
from fie_engine.model import RunState
from fie_engine.record.rundir import RunDirectory
from fie_engine.view.run import RunView

PAGE = 5000

ENDED = (RunState.STOPPED, RunState.FINISHED, RunState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """One step up of the run's best."""

    candidate: str
    score: float
    previous: float
    evaluation: int
    "How many evaluations had landed by then, this one included."
    note: str
    "What was changed; hostile text when a model wrote it."


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A run as its record stands at one moment."""

    run: RunDirectory
    view: RunView
    improvements: tuple[Improvement, ...]
    running: bool
    "Whether an engine holds the run's lock."
    events: int
    "The newest event's number; the view is of an earlier one where a moment was asked for."

    @property
    def state(self) -> str:
        """The run's state; "lost" when its engine died without a word."""
        if self.running or self.view.state in ENDED or self.view.last_seq < self.events:
            return self.view.state.value
        return "lost"


def pages(run: RunDirectory, after: int = 0) -> Iterator[list[e.Recorded]]:
    """Yield the events after `after`, a page at a time, until there are no more now."""
    while batch := run.events(after=after, limit=PAGE):
        yield batch
        after = batch[-1].seq


def read(run: RunDirectory) -> History:
    """Return the run as its record stands now."""
    # Looked at first: an engine that ends meanwhile has written its end by then.
    running = run.engine_running()
    view = RunView()
    improvements = []
    for batch in pages(run):
        for recorded in batch:
            view.fold([recorded])
            if isinstance(recorded.event, e.Improved) and recorded.event.previous:
                improvements.append(_improvement(recorded.event, view))
    return History(
        run=run, view=view, improvements=tuple(improvements), running=running, events=view.last_seq
    )


def read_at(history: History, event: int) -> History:
    """Return the run as it was after an event of the record."""
    view = RunView()
    for batch in pages(history.run):
        view.fold(recorded for recorded in batch if recorded.seq <= event)
        if batch[-1].seq >= event:
            break
    known = history.improvements[: len(view.improvements)]
    return replace(history, view=view, improvements=known)


def _improvement(event: e.Improved, view: RunView) -> Improvement:
    return Improvement(
        candidate=event.candidate,
        score=event.score,
        previous=event.previous,
        evaluation=view.evaluations,
        note=view.candidates[event.candidate].candidate.note,
    )
