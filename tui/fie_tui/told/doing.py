"""What an island does at this moment, in a few words."""

from collections import Counter
from collections.abc import Iterable

from fie_engine.live import Live, Phase
from fie_engine.view.rows import CandidateState, IslandRow
from fie_engine.view.run import RunView
from fie_tui.looks import figures

MODEL = "model"
OPERATORS = "operators"
"How the title of those begins that ask nobody."


def doings(view: RunView, live: Live | None, now: float) -> dict[int, str]:
    """Return what each island does that does something, the work nearest to a verdict first.

    `live` is None where no engine is at work.
    """
    phases = live.phases if live is not None else ()
    told: dict[int, list[str]] = {}
    for name in view.retiming:
        stage = _stage(phases, name) or "timing in turns"
        told.setdefault(view.candidates[name].candidate.island, []).append(stage)
    for name in view.backlog:
        row = view.candidates[name]
        if row.state is CandidateState.JUDGING:
            stage = _stage(phases, name) or "being judged"
            told.setdefault(row.candidate.island, []).append(stage)
        else:
            told.setdefault(row.candidate.island, []).append("queued")
    for number, asked in view.backlog.asked.items():
        words = _asking(asked.started.proposer, _since(phases, number), now)
        told.setdefault(asked.started.island, []).append(words)
    return {island: _joined(words) for island, words in told.items()}


def island_now(row: IslandRow, doing: dict[int, str], *, engine: bool) -> str:
    """Return what an island does, or why it rests; nothing where no engine is at work."""
    if row.retired or row.muted:
        return "retired" if row.retired else "muted"
    return doing.get(row.island, "idle") if engine else ""


def _asking(proposer: str, since: float | None, now: float) -> str:
    who = OPERATORS if proposer.startswith(OPERATORS) else MODEL
    waited = "" if since is None or now - since < 1 else f" {figures.duration(now - since)}"
    return f"{who}{waited}"


def _joined(words: list[str]) -> str:
    """Return the first, and how much else there is."""
    counted = Counter(words)
    first = words[0] + (f" ×{counted[words[0]]}" if counted[words[0]] > 1 else "")
    others = len(words) - counted[words[0]]
    return f"{first} +{others}" if others else first


def _stage(phases: Iterable[Phase], candidate: str) -> str:
    return next((phase.stage for phase in phases if candidate in phase.what.split()), "")


def _since(phases: Iterable[Phase], number: int) -> float | None:
    return next((phase.since for phase in phases if phase.what == f"proposing #{number}"), None)
