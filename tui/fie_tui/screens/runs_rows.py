"""A run as one line of the start screen."""

from fie_engine.live import HEARTBEAT_LATE_S
from fie_engine.model import RunState
from fie_tui.looks.ink import Line, Span, pad
from fie_tui.looks.theme import STATES
from fie_tui.told import costs
from fie_tui.told.glance import LOST, READING, Glance

OTHER_STATES = {
    LOST: ("!", "LOST", "alarm"),
    READING: ("◌", "reading", "dim"),
}
UNREADABLE_STATE = ("✗", "UNREADABLE", "bad")

STATE_WIDTH, BEST_WIDTH, TRIED_WIDTH, COST_WIDTH, AGE_WIDTH, BEAT_WIDTH = 12, 15, 8, 8, 4, 7
TRACK_WIDTH, PROPOSER_WIDTH = 10, 18
WITH_TRIED, WITH_TERMS = 96, 118
"From these widths on there is room for the iterations, and for track and proposer."
NARROW = 70
"Below this width the cost and the best's noise yield to the name."


def columns(width: int) -> Line:
    """Name the columns."""
    return (
        (
            "  "
            + pad("state", STATE_WIDTH)
            + pad("run", _name_width(width) + 1)
            + pad("best", BEST_WIDTH + 1)
            + (pad("tried", TRIED_WIDTH + 1) if width >= WITH_TRIED else "")
            + (pad("cost", COST_WIDTH + 1) if width >= NARROW else "")
            + pad("age", AGE_WIDTH + 1)
            + pad("engine", BEAT_WIDTH)
            + (f"  {'track':<{TRACK_WIDTH}} proposer" if width >= WITH_TERMS else ""),
            "faint",
        ),
    )


def row(glance: Glance, width: int, *, marked: bool, now: float) -> Line:
    """Return a run as one line."""
    sign, word, ink = state_of(glance)
    if glance.trouble:
        return (
            ("● " if marked else "  ", "focus"),
            (pad(f"{sign} {word}", STATE_WIDTH), ink),
            (f"{glance.name}  ", "text"),
            (glance.trouble, "dim"),
        )
    spans: list[Span] = [
        ("● " if marked else "  ", "focus"),
        (pad(f"{sign} {word}", STATE_WIDTH - 1), _quiet(ink)),
        (" ", "text"),
        (pad(glance.name, _name_width(width)) + " ", "strong"),
        (pad(glance.best or "–", BEST_WIDTH) + " ", "best" if glance.best else "dim"),
    ]
    if width >= WITH_TRIED:
        spans.append((pad(tried(glance), TRIED_WIDTH) + " ", "text"))
    if width >= NARROW:
        spans.append((pad(_cost(glance), COST_WIDTH) + " ", "text"))
    spans.append((pad(_age(now - glance.started_at), AGE_WIDTH) + " ", "dim"))
    spans.append(_beat(glance, now))
    if width >= WITH_TERMS and glance.created is not None:
        spans.append((f"  {pad(glance.created.track, TRACK_WIDTH)} ", "dim"))
        spans.append((pad(glance.created.proposer, PROPOSER_WIDTH), "dim"))
    return spans


def _name_width(width: int) -> int:
    taken = 2 + STATE_WIDTH + 1 + BEST_WIDTH + 1 + AGE_WIDTH + 1 + BEAT_WIDTH + 1
    if width >= NARROW:
        taken += COST_WIDTH + 1
    if width >= WITH_TRIED:
        taken += TRIED_WIDTH + 1
    if width >= WITH_TERMS:
        taken += TRACK_WIDTH + PROPOSER_WIDTH + 3
    return max(8, min(40, width - taken))


def state_of(glance: Glance) -> tuple[str, str, str]:
    """Return a run's sign, word and ink."""
    if glance.state in OTHER_STATES:
        return OTHER_STATES[glance.state]
    try:
        return STATES[RunState(glance.state)]
    except ValueError:
        return UNREADABLE_STATE


def _quiet(ink: str) -> str:
    """Return an ink for a list: a block of colour in every row would shout."""
    return {"inverse": "good", "alarm": "warn", "calm": "dim"}.get(ink, ink)


def tried(glance: Glance) -> str:
    """Return how many iterations have ended, of how many."""
    if glance.created is None:
        return "–"
    return f"{glance.iterations}/{glance.created.iterations}"


def _cost(glance: Glance) -> str:
    return costs.brief(glance.cost) or "–"


def _age(seconds: float) -> str:
    """Return a time span in one unit: a second that passes changes nothing on screen."""
    for unit_s, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= unit_s:
            return f"{int(seconds // unit_s)}{unit}"
    return "new"


def _beat(glance: Glance, now: float) -> Span:
    if not glance.running:
        return (pad("–", BEAT_WIDTH), "faint")
    late_s = now - glance.beat_at if glance.beat_at else 0.0
    if late_s > HEARTBEAT_LATE_S:
        return (pad(f"! {_age(late_s) if late_s >= 60 else f'{late_s:.0f}s'}", BEAT_WIDTH), "warn")
    return (pad("♥", BEAT_WIDTH), "good")
