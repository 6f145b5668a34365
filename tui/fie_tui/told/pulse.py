"""Whether an engine is quiet, slow or hung: read from its heartbeat."""

from dataclasses import dataclass

from fie_engine.live import HEARTBEAT_LATE_S, Live, Phase
from fie_tui.looks import figures

HUNG_S = 30.0
"An engine that was silent for so long answers nobody: pausing and stopping won't reach it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What is wrong with an engine that holds its run."""

    words: str = ""
    "Empty while nothing is."
    hung: bool = False
    "Whether it is silent for so long that it must be taken for hung."


def pulse(live: Live | None, now: float) -> Pulse:
    """Return how an engine at work is, by its newest heartbeat."""
    if live is None:
        return Pulse()
    silent_s = now - live.at
    if silent_s > HUNG_S:
        since = figures.clock_time(live.at)
        return Pulse(words=f"silent since {since}, {figures.duration(silent_s)}", hung=True)
    if silent_s > HEARTBEAT_LATE_S:
        return Pulse(words=f"engine silent {figures.duration(silent_s)}")
    overdue = [phase for phase in live.phases if _is_overdue(phase, live, now)]
    if not overdue:
        return Pulse()
    late = min(overdue, key=lambda phase: phase.since)
    took, most = figures.duration(now - late.since), figures.duration(late.patience_s)
    return Pulse(words=f"{late.what} takes {took}, over {most}")


def _is_overdue(phase: Phase, live: Live, now: float) -> bool:
    """Whether work takes longer than it should; a reply that streams in is only long."""
    heard = any(phase.what == f"proposing #{one.proposal}" for one in live.replies)
    return bool(phase.patience_s) and now - phase.since > phase.patience_s and not heard
