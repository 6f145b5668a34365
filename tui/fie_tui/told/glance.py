"""What the start screen says of a run: one small value, taken from the run's view."""

from dataclasses import dataclass
from pathlib import Path

from fie_engine.events import RunCreated
from fie_engine.live import Live
from fie_engine.model import RunState
from fie_engine.money.cost import Cost
from fie_engine.view.run import RunView
from fie_tui.looks import figures
from fie_tui.told.history import ENDED

LOST, READING, UNREADABLE = "lost", "reading", "unreadable"
"States that no engine writes down."


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """A run at one moment, in little."""

    path: Path
    state: str = READING
    "A run state's value, or one of the three above."
    running: bool = False
    "Whether some engine holds the run."
    trouble: str = ""
    "Why the record can't be read."
    created: RunCreated | None = None
    best: str = ""
    "The best score with its noise; empty while there is none."
    best_candidate: str = ""
    gain: str = ""
    "What the best is to the seed."
    reason: str = ""
    "Why the search stands still or has ended."
    iterations: int = 0
    candidates: int = 0
    promoted: int = 0
    started_at: float = 0.0
    last_at: float = 0.0
    beat_at: float | None = None
    "When the engine last gave a sign of life; None where none is at work."
    cost: Cost = Cost()
    pace_s: float | None = None
    "Seconds of search that an iteration took; None before the first."

    @property
    def name(self) -> str:
        """The run's name."""
        return self.path.name

    @property
    def resumable(self) -> bool:
        """Whether an engine could go on with it."""
        return not self.running and self.created is not None and self.state != UNREADABLE

    @property
    def used_up(self) -> bool:
        """Whether the search ended since it had no iteration left."""
        if self.created is None or self.state != RunState.FINISHED:
            return False
        return self.iterations >= self.created.iterations


def glance_of(path: Path, view: RunView, live: Live | None, *, running: bool) -> Glance:
    """Return what there is to say of a run now."""
    best = view.best
    hours = view.money.spent(view.last_at).hours
    return Glance(
        path=path,
        state=view.state.value if running or view.state in ENDED else LOST,
        running=running,
        created=view.created,
        best=figures.of(best) if best else "",
        best_candidate=view.best_candidate,
        gain=figures.versus_seed(best, view.seed),
        reason=view.reason,
        iterations=view.iterations,
        candidates=len(view.candidates),
        promoted=sum(1 for row in view.candidates.values() if row.promoted),
        started_at=view.started_at,
        last_at=view.last_at,
        beat_at=live.at if live is not None and running else None,
        cost=view.money.total,
        pace_s=hours * 3600 / view.iterations if view.iterations else None,
    )


def is_searching(glance: Glance) -> bool:
    """Whether a search goes on, or stands still with an engine beside it."""
    return glance.running and glance.state not in ENDED and glance.state != RunState.STARTING
