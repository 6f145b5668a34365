"""Every key of the board, said once: bindings, hints, help and palette follow from here."""

from fie_tui.keys.actions import (
    Action,
    Situation,
    is_paused,
    is_pinned,
    refuse_forking,
    refuse_keeping,
    refuse_promoting,
    refuse_searching,
    refuse_steering,
)
from fie_tui.keys.keymap_diff import DIFF_ACTIONS
from fie_tui.keys.keymap_look import LOOK_ACTIONS
from fie_tui.keys.keymap_panels import PANEL_ACTIONS
from fie_tui.keys.keymap_steering import COURSE_ACTIONS
from fie_tui.keys.keymap_time import TIME_ACTIONS
from fie_tui.keys.keymap_work import WORK_ACTIONS

SEARCH, CANDIDATE, LOOK, BOARD = "Search", "Chosen candidate", "Looking", "Board"

PANEL_KEYS = tuple("123456789")

ACTIONS: tuple[Action, ...] = (
    Action(
        id="pause",
        keys=("p",),
        shown="p",
        label="pause",
        help="start nothing new, let work in flight land; again to resume",
        group=SEARCH,
        hint=1,
        refusal=refuse_searching,
        flipped=is_paused,
        flipped_label="resume",
    ),
    Action(
        id="fork",
        keys=("f",),
        shown="f",
        label="fork",
        help="found a new island with it",
        group=CANDIDATE,
        hint=2,
        refusal=refuse_forking,
    ),
    Action(
        id="pin",
        keys=("m",),
        shown="m",
        label="pin",
        help="keep it for good and favour it as a parent; again to unpin",
        group=CANDIDATE,
        hint=3,
        refusal=refuse_keeping,
        flipped=is_pinned,
        flipped_label="unpin",
    ),
    Action(
        id="promote",
        keys=("P",),
        shown="P",
        label="promote",
        help="judge it officially and pack a submission if it passes; asks first",
        group=CANDIDATE,
        hint=4,
        refusal=refuse_promoting,
    ),
    Action(
        id="undo",
        keys=("u",),
        shown="u",
        label="undo",
        help="take back the newest pin, fork, hint or other act that still stands",
        group=SEARCH,
        hint=5,
        refusal=refuse_steering,
    ),
    Action(
        id="stop",
        keys=("S",),
        shown="S",
        label="stop search",
        help="end the search now; it can be resumed later; asks first",
        group=SEARCH,
        refusal=refuse_searching,
    ),
    *WORK_ACTIONS,
    *COURSE_ACTIONS,
    Action(
        id="diff",
        keys=("d",),
        shown="d",
        label="diff",
        help="show what it changed in its parent's kernel",
        group=CANDIDATE,
        hint=6,
    ),
    Action(
        id="filter",
        keys=("slash",),
        shown="/",
        label="filter",
        help="show only some candidates: ok island:3 speedup>1.5 -wrong; docs/filter.md has every word",
        group=LOOK,
        hint=7,
    ),
    Action(
        id="sort",
        keys=("o",),
        shown="o",
        label="order",
        help="order candidates by age, speedup, gain, generation, island or cost",
        group=LOOK,
        hint=8,
    ),
    Action(
        id="zoom",
        keys=("z",),
        shown="z",
        label="zoom",
        help="give the panel the whole screen; again to go back",
        group=LOOK,
        hint=9,
    ),
    Action(
        id="down",
        keys=("j", "down"),
        shown="j ↓",
        label="down",
        help="next row, or scroll",
        group=LOOK,
    ),
    Action(
        id="up",
        keys=("k", "up"),
        shown="k ↑",
        label="up",
        help="previous row, or scroll",
        group=LOOK,
    ),
    Action(
        id="page_down",
        keys=("pagedown", "ctrl+d"),
        shown="PgDn ^d",
        label="page down",
        help="half a page down",
        group=LOOK,
    ),
    Action(
        id="page_up",
        keys=("pageup", "ctrl+u"),
        shown="PgUp ^u",
        label="page up",
        help="half a page up",
        group=LOOK,
    ),
    Action(
        id="first",
        keys=("g", "home"),
        shown="g Home",
        label="first",
        help="first row",
        group=LOOK,
    ),
    Action(
        id="last",
        keys=("G", "end"),
        shown="G End",
        label="last",
        help="last row",
        group=LOOK,
    ),
    Action(
        id="open",
        keys=("enter",),
        shown="Enter",
        label="open",
        help="candidate: its diff · island: its candidates · log line: its candidate",
        group=LOOK,
    ),
    Action(
        id="back",
        keys=("escape",),
        shown="Esc",
        label="back",
        help="leave zoom, a workload, the chosen candidate (follow the newest), then the filter",
        group=LOOK,
    ),
    Action(
        id="next_panel",
        keys=("tab", "right_square_bracket"),
        shown="Tab ]",
        label="next panel",
        help="focus the next panel",
        group=LOOK,
    ),
    Action(
        id="previous_panel",
        keys=("shift+tab", "left_square_bracket"),
        shown="S-Tab [",
        label="previous panel",
        help="focus the previous panel",
        group=LOOK,
    ),
    Action(
        id="panel",
        keys=PANEL_KEYS,
        shown="1–9",
        label="panel",
        help="focus the panel of that number",
        group=LOOK,
    ),
    Action(
        id="palette",
        keys=("colon", "ctrl+p"),
        shown=": ^p",
        label="commands",
        help="find a command by name",
        group=BOARD,
    ),
    Action(
        id="screenshot",
        keys=("s",),
        shown="s",
        label="screenshot",
        help="write the screen as SVG into the run directory",
        group=BOARD,
    ),
    Action(
        id="help",
        keys=("question_mark",),
        shown="?",
        label="help",
        help="this page",
        group=BOARD,
        hint=10,
    ),
    Action(
        id="leave",
        keys=("q",),
        shown="q",
        label="leave",
        help="close the board; the search can go on without it; asks first",
        group=BOARD,
        hint=11,
    ),
    *DIFF_ACTIONS,
    *LOOK_ACTIONS,
    *TIME_ACTIONS,
    *PANEL_ACTIONS,
)

BY_ID = {action.id: action for action in ACTIONS}

UNLISTED = ("panel",)
"Actions that need the key itself, so the palette can't offer them."


def offered(now: Situation) -> list[Action]:
    """Return the actions that the palette offers now."""
    return [one for one in ACTIONS if one.id not in UNLISTED and not one.refusal(now)]
