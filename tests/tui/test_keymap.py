"""Bindings, hints, help and palette follow from one table."""

from fie_engine.model import RunState
from fie_tui.app import BoardApp
from fie_tui.keys.actions import Situation
from fie_tui.keys.deeds import DEEDS
from fie_tui.keys.keymap import ACTIONS, BY_ID, hints, offered
from fie_tui.screens.board import BoardScreen
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


def test_bindings_deeds_help_hints_and_palette_agree_with_the_table() -> None:
    bound = {binding.key for binding in BoardScreen.BINDINGS}  # type: ignore[union-attr]
    keys = {key for action in ACTIONS for key in action.keys}
    assert {key for keys_ in bound for key in keys_.split(",")} == keys
    assert set(DEEDS) | {"panel"} == set(BY_ID)
    helped = "\n".join("".join(text for text, _ in line) for line in help_lines(200))
    for action in ACTIONS:
        assert f"  {action.shown:<{KEY_WIDTH}}{action.label:<{LABEL_WIDTH}}{action.help}" in helped
    free = {action.id for action in ACTIONS if not action.refusal(situation())}
    assert {action.id for action in offered(situation())} == free - {"panel"}
    assert [action.id for action in hints(situation())] == [
        "pause", "fork", "pin", "promote", "undo", "diff", "filter", "sort", "zoom", "help", "leave"
    ]  # fmt: skip


def test_no_two_actions_share_a_key() -> None:
    keys = [key for action in ACTIONS for key in action.keys]
    assert len(keys) == len(set(keys))


def test_leaving_keys_work_over_every_screen() -> None:
    assert [binding.key for binding in BoardApp.BINDINGS] == ["ctrl+c,ctrl+q"]  # type: ignore[union-attr]
