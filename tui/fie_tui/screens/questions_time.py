"""What the board asks before it goes to another moment, or takes control."""

from fie_tui.screens.ask import CANCEL, Answer, Ask
from fie_tui.screens.write import Write
from fie_tui.told.moments import FORMS


def moment(newest: int) -> Write:
    """Ask for a moment of a run whose newest event has this number."""
    return Write(
        "Go to a moment",
        [
            f"Say {FORMS}. The record holds events 1 to {newest}.",
            "The board then shows the run as it was right after that event; nothing is steered "
            'from there. "now" leads back.',
        ],
    )


def taking_control(controller: str) -> Ask:
    """Ask whether to take control from another board."""
    return Ask(
        "Take control",
        [
            f"{controller} controls this run.",
            "From then on this board steers; the other one only looks, is told so, and can take "
            "control back. The search notices nothing.",
        ],
        [CANCEL, Answer(id="take", key="t", label="take control")],
    )
