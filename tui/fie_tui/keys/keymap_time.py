"""The keys that lead through a run's past."""

from fie_tui.keys.actions import Action, refuse_empty_past, refuse_present

GROUP = "Time"

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
