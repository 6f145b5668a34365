"""What the board asks before it times two again, changes a budget, or writes files."""

from collections.abc import Sequence

from fie_engine.view.rows import CandidateRow
from fie_tui.looks import figures
from fie_tui.screens.ask import CANCEL, Answer, Ask
from fie_tui.screens.write import Write


def timing(row: CandidateRow, rival: CandidateRow, why: str) -> Ask:
    """Ask whether to time two candidates in turns, and say exactly what will happen."""
    name, other = row.candidate.id, rival.candidate.id
    took = sum(one.evaluation.seconds for one in (row, rival) if one.evaluation)
    return Ask(
        f"A/B {name} and {other}",
        [
            f"{name} scored {figures.of(row)}, {other} {figures.of(rival)}"
            f"{f': {why}' if why else ''}.",
            "",
            "Both will be timed again in turns, in one sitting on one lease, on every workload; "
            f"their first judgings took {figures.duration(took)} together. It starts at once, "
            "also while the search is paused.",
            "",
            "The verdict is a ratio with its interval. Both then show the figures of that "
            "sitting; a clear win over the best makes a new best. It can't be taken back.",
        ],
        [Answer(id="ab", key="y", label=f"yes, time {name} and {other} in turns"), CANCEL],
    )


def budgeting(limits: Sequence[str], starts: Sequence[str]) -> Write:
    """Ask for a limit; each is offered with its value of now."""
    words = "How much in all? An empty line means no limit. The search ends cleanly at the first"
    return Write("Budget", [f"{words} that is reached."], purposes=limits, starts=starts)


def slotting(now: str) -> Write:
    """Ask how many candidates are judged at once."""
    words = "How many candidates at once? An empty line means one for each lease: no more can be."
    return Write("Slots", [words, "What is being judged lands first."], typed=now)


def exporting(name: str, run: str) -> Ask:
    """Ask what is to be written."""
    return Ask(
        f"Export from {run}",
        ["Nothing of the run changes. Where to comes next."],
        [
            Answer(id="kernel", key="k", label=f"the kernel of {name}"),
            Answer(id="solution", key="s", label=f"the solution.json of {name}"),
            Answer(id="checkpoint", key="p", label="the population, as OpenEvolve's checkpoint"),
            CANCEL,
        ],
    )


def placing(what: str, path: str) -> Write:
    """Ask where something is written."""
    return Write("Export", [f"Where to write {what}? What is there already stays."], typed=path)
