"""The keys of what is timed again, what may be spent, and what is taken elsewhere."""

from fie_tui.keys.actions import (
    Action,
    Situation,
    refuse_searching,
    refuse_steering,
    refuse_unchosen,
)

SEARCH, CANDIDATE = "Search", "Chosen candidate"


def refuse_timing(now: Situation) -> str:
    """Refuse to time two candidates in turns."""
    if not now.engine and not now.read_only:
        return "no engine is at work here: use `fie-tui ab RUN CANDIDATE RIVAL`"
    return refuse_steering(now) or refuse_unchosen(now)


WORK_ACTIONS: tuple[Action, ...] = (
    Action(
        id="redo",
        keys=("U",),
        shown="U",
        label="redo",
        help="do again what was taken back last",
        group=SEARCH,
        refusal=refuse_steering,
    ),
    Action(
        id="ab",
        keys=("a",),
        shown="a",
        label="A/B",
        help="time two in turns, and say who is faster: marked ones, or it and the best; asks",
        group=CANDIDATE,
        refusal=refuse_timing,
    ),
    Action(
        id="export",
        keys=("E",),
        shown="E",
        label="export",
        help="write its kernel, its solution.json or the run's checkpoint to a place of yours",
        group=CANDIDATE,
        refusal=refuse_unchosen,
    ),
    Action(
        id="budget",
        keys=("A",),
        shown="A",
        label="budget",
        help="change what the search may spend: dollars, tokens, judging time or hours",
        group=SEARCH,
        refusal=refuse_steering,
    ),
    Action(
        id="slots",
        keys=("number_sign",),
        shown="#",
        label="slots",
        help="change how many candidates are judged at once",
        group=SEARCH,
        refusal=refuse_searching,
    ),
)
