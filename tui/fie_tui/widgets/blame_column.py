"""Who wrote a line, in a column of its own."""

from collections.abc import Mapping

from fie_engine.view.rows import CandidateRow, CandidateState
from fie_tui.looks import figures
from fie_tui.looks.ink import Span, pad

NARROW, WIDE = 15, 42
ROOM_FOR_WIDE = 120
"Cells of panel from which the column has room for the model and what the step gained."


def column_width(width: int) -> int:
    """Return how wide the column is in a panel of this width."""
    return WIDE if width >= ROOM_FOR_WIDE else NARROW


def blame_cell(name: str, above: str, candidates: Mapping[str, CandidateRow], width: int) -> Span:
    """Return the author of a line; one that wrote the line above, too, is not named again."""
    row = candidates.get(name)
    if row is None or name == above:
        return (" " * width, "faint")
    made = row.candidate
    told = f" {made.id} i{made.island} g{made.generation}"
    if width >= WIDE:
        told = f"{told:<{NARROW}} {_gain(row):<8} {_origin(row)}"
    return (pad(told, width), "dim")


def _gain(row: CandidateRow) -> str:
    """Return what the step gained against its parent."""
    if row.state is CandidateState.FAILED:
        return "failed"
    if row.versus_parent is None:
        return "-"
    change = figures.change(row.versus_parent)
    return f"={change}" if row.within_noise else change


def _origin(row: CandidateRow) -> str:
    made = row.candidate
    hints = " ".join(f"hint {number}" for number in row.hints)
    return hints or made.model or str(made.origin)
