"""What the board asks before it does something that can't be taken back."""

from fie_engine.events import RunCreated
from fie_engine.view.rows import CandidateRow
from fie_tui.looks import figures
from fie_tui.screens.ask import CANCEL, Answer, Ask


def leaving() -> Ask:
    """Ask what becomes of the search."""
    return Ask(
        "Leave the board",
        ["The search is still running in this program. What about it?"],
        [
            Answer(id="detach", key="k", label="keep searching in the background"),
            Answer(id="stop", key="s", label="stop the search; it can be resumed later"),
            CANCEL,
        ],
    )


def stopping(run: str) -> Ask:
    """Ask whether to end the search."""
    return Ask(
        "Stop the search",
        [
            f"Run {run} ends within a second: work in flight is dropped, every finished "
            "judging is kept, and the run can be resumed later. The board stays open."
        ],
        [CANCEL, Answer(id="stop", key="s", label="stop the search")],
    )


def promoting(row: CandidateRow, created: RunCreated, *, searching: bool) -> Ask:
    """Ask whether to promote a candidate, and say exactly what will happen."""
    name = row.candidate.id
    where = "The search goes on meanwhile." if searching else ""
    return Ask(
        f"Promote {name}",
        [
            f"{name} scored {figures.of(row)} in the search.",
            "",
            f"It will be judged again from scratch, in a fresh process, on every workload of "
            f"{created.track} at its official settings on {created.device}. {where}",
            "",
            "If every workload passes, a folder promoted/… is written in the run directory: "
            "config.toml, the kernel, a validated solution.json and a summary with figures. "
            "If one fails, nothing is written and the log says which and why.",
        ],
        [
            Answer(id="promote", key="y", label=f"yes, promote {name}"),
            CANCEL,
        ],
    )
