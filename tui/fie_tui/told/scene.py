"""What every panel looks at: one value, made by the screen before a repaint."""

from dataclasses import dataclass

from fie_engine.live import Live
from fie_engine.view.kinship import parent_of
from fie_engine.view.rows import CandidateRow
from fie_engine.view.run import RunView
from fie_tui.keys.actions import ENDED, Situation
from fie_tui.keys.table import KeyTable
from fie_tui.messages import KernelText
from fie_tui.told.gauged import Gauged
from fie_tui.told.pulse import Pulse, pulse
from fie_tui.told.sight import Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The run and what the person looks at, at one moment."""

    view: RunView
    live: Live | None
    gauged: Gauged
    engine: bool
    "Whether some engine holds the run."
    now: float
    "Unix time, seconds."
    rows: list[CandidateRow]
    "The candidates that the list shows, in its order."
    head: int
    "The newest event's number; the view is of an earlier one where a person went back in time."
    past: bool
    "Whether an earlier moment is shown."
    sight: Sight
    chosen: CandidateRow | None
    kernel: KernelText | None
    tabs: tuple[tuple[str, ...], ...]
    "Panels that share one place now, place by place."
    situation: Situation
    keys: KeyTable
    local: str
    "What the board itself has to say; empty when nothing."
    trouble: str
    "Why the record can't be read now; empty when it can."
    loading: bool
    "Whether more of the record is still on its way."

    @property
    def parent(self) -> CandidateRow | None:
        """The chosen candidate's parent."""
        return parent_of(self.view.candidates, self.chosen) if self.chosen else None

    @property
    def pulse(self) -> Pulse:
        """Whether the engine that holds the run is slow or hung."""
        live, engine = self.live, self.view.engine
        own = live is not None and (engine is None or live.pid == engine.pid)
        # An engine that has only just taken the run over still finds the last one's heartbeat.
        beating = self.engine and own and self.view.state not in ENDED
        return pulse(live if beating else None, self.now)

    def stage_of(self, candidate: str) -> str:
        """Return how far the judging of a candidate is; empty when unknown."""
        phases = self.live.phases if self.live and self.engine else ()
        for phase in phases:
            if candidate in phase.what.split():
                return phase.stage
        return ""
