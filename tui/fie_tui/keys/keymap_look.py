"""The keys of what a person takes along from the board, and of how it looks."""

from fie_tui.keys.actions import Action, refuse_unchosen, refuse_unwritten

BOARD, CANDIDATE = "Board", "Chosen candidate"

LOOK_ACTIONS: tuple[Action, ...] = (
    Action(
        id="copy",
        keys=("y",),
        shown="y",
        label="copy",
        help="put its kernel, its diff or its name on the clipboard, and into the run's clip.txt",
        group=CANDIDATE,
        refusal=refuse_unchosen,
    ),
    Action(
        id="inspect",
        keys=("i",),
        shown="i",
        label="prompt",
        help="show what the model was told, what had no room, and what it answered",
        group=CANDIDATE,
        refusal=refuse_unwritten,
    ),
    Action(
        id="theme",
        keys=("T",),
        shown="T",
        label="theme",
        help="the next theme: dark, light, high-contrast, ansi or mono",
        group=BOARD,
    ),
)
