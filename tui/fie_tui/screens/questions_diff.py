"""What the board asks before a kernel without a hunk is judged."""

from fie_engine.view.rows import CandidateRow
from fie_tui.looks import figures
from fie_tui.screens.ask import CANCEL, Answer, Ask


def dropping(row: CandidateRow, base: str, hunk: int) -> Ask:
    """Ask whether to judge a kernel without one hunk, and say exactly what will happen."""
    name = row.candidate.id
    return Ask(
        f"Drop hunk {hunk} of {name}",
        [
            f"{name} scored {figures.of(row)}. A new kernel is made of it in which hunk {hunk} "
            f"is as in {base} again; {name} itself stays as it is.",
            "",
            f"The new kernel joins the run as a child of {name} on its island and is judged like "
            "any other, in full: it takes one judging and no iteration. The difference between "
            f"the two is what the hunk is worth; the line below the diff says it then.",
            "",
            "It can't be taken back, but it is dropped by itself if it is no good.",
        ],
        [Answer(id="drop", key="y", label=f"judge {name} without hunk {hunk}"), CANCEL],
    )
