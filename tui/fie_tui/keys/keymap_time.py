"""The keys that lead through a run's past, and those of a person who comes back."""

from fie_tui.keys.actions import Action, refuse_control, refuse_empty_past, refuse_present

GROUP = "Time"
COMPANY = "Coming back"

TIME_ACTIONS: tuple[Action, ...] = (
    Action(
        id="earlier",
        keys=("comma",),
        shown=",",
        label="earlier",
        help="show the whole board as it was one event before: a verdict, a best or an act",
        group=GROUP,
        hint=1,
        refusal=refuse_empty_past,
    ),
    Action(
        id="later",
        keys=("full_stop",),
        shown=".",
        label="later",
        help="go one such event on; after the last one the board is live again",
        group=GROUP,
        hint=2,
        refusal=refuse_present,
    ),
    Action(
        id="moment",
        keys=("t",),
        shown="t",
        label="go to",
        help="go to an event's number, a candidate's verdict or a time",
        group=GROUP,
        hint=3,
        refusal=refuse_empty_past,
    ),
    Action(
        id="now",
        keys=("0",),
        shown="0",
        label="now",
        help="leave the past: back to what the search does now",
        group=GROUP,
        hint=4,
        refusal=refuse_present,
    ),
)

COMPANY_ACTIONS: tuple[Action, ...] = (
    Action(
        id="since",
        keys=("apostrophe",),
        shown="'",
        label="since you left",
        help="tell again what happened while you were away; Esc closes it",
        group=COMPANY,
    ),
    Action(
        id="control",
        keys=("C",),
        shown="C",
        label="take control",
        help="steer from this board; the one that controls the run only looks then; asks first",
        group=COMPANY,
        hint=1,
        refusal=refuse_control,
    ),
)
