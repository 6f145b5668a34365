"""What the board asks before it goes to another moment of the run."""

from fie_tui.screens.write import Write
from fie_tui.told.moments import FORMS


def moment(newest: int) -> Write:
    """Ask for a moment of a run whose newest event has this number."""
    return Write(
        "Go to a moment",
        [
            f"Say {FORMS}. The record holds events 1 to {newest}.",
            "The board then shows the run as it was right after that event; nothing is steered "
            'from there. "now" leads back, as does the key 0.',
        ],
    )
