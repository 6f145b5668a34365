"""Bindings, hints and help follow from one table."""

import re

from fie_engine.model import RunState
from fie_tui.app import BoardApp
from fie_tui.keys.actions import Situation
from fie_tui.keys.command_line import told
from fie_tui.keys.deeds import DEEDS
from fie_tui.keys.keymap import ACTIONS, BY_ID
from fie_tui.keys.names import shown_names, textual_name
from fie_tui.keys.table import USUAL_KEYS
from fie_tui.screens.binding import bindings
from fie_tui.screens.help import KEY_WIDTH, LABEL_WIDTH, help_lines


def situation(**changes: object) -> Situation:
    """Return a running search's situation with nothing chosen."""
    usual: dict[str, object] = {
        "state": RunState.RUNNING,
        "engine": True,
        "read_only": False,
        "chosen": None,
    }
    return Situation(**(usual | changes))  # type: ignore[arg-type]


def test_bindings_deeds_help_and_hints_agree_with_the_table() -> None:
    bound = [binding.key for binding in bindings(USUAL_KEYS)]  # type: ignore[union-attr]
    assert sorted(bound) == sorted(key for action in ACTIONS for key in action.keys)
    assert set(DEEDS) | {"panel"} == set(BY_ID)
    helped = "\n".join("".join(text for text, _ in line) for line in help_lines(USUAL_KEYS, 200))
    for action in ACTIONS:
        assert f"  {action.shown:<{KEY_WIDTH}}{action.label:<{LABEL_WIDTH}}{action.help}" in helped
    assert "♥         the engine is well; before it stands how long ago the run began" in helped
    for said, does in told():
        assert re.search(rf"^  {re.escape(said)} +{re.escape(does)}$", helped, re.MULTILINE)
    assert [action.id for action in USUAL_KEYS.hints(situation())] == [
        "pause", "fork", "pin", "promote", "undo", "diff", "filter", "sort", "zoom", "help", "leave"
    ]  # fmt: skip


def test_no_two_actions_share_a_key() -> None:
    keys = [key for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))


def test_the_screen_writes_every_key_as_its_name_says() -> None:
    told = {action.id: (action.shown, shown_names(action.keys)) for action in ACTIONS}
    assert {name: pair for name, pair in told.items() if pair[0] != pair[1]} == {
        "panel": ("1–9", "1 2 3 4 5 6 7 8 9")
    }
    assert [textual_name(key) for action in ACTIONS for key in action.keys] == [
        key for action in ACTIONS for key in action.keys
    ]


STEERING = (
    "pause", "undo", "stop", "redo", "fork", "pin", "promote", "ab", "budget", "slots", "hint",
    "constrain", "drop_words", "edit", "import_kernel", "set", "direct", "mute", "migrate",
    "reseed", "retire", "drop_hunk", "control",
)  # fmt: skip


def test_a_read_only_board_refuses_all_that_steers_with_the_reason() -> None:
    reason = "this board only looks: it was opened read-only"
    now = situation(read_only=True)
    assert {action.id for action in ACTIONS if action.refusal(now) == reason} == set(STEERING)
    assert not set(STEERING) & {action.id for action in USUAL_KEYS.hints(now)}


def test_leaving_keys_work_over_every_screen() -> None:
    assert [binding.key for binding in BoardApp.BINDINGS] == ["ctrl+c,ctrl+q"]  # type: ignore[union-attr]
