"""The table of actions as Textual's bindings."""

from textual.binding import Binding, BindingType

from fie_tui.keys.keymap import PANEL_KEYS
from fie_tui.keys.table import KeyTable


def bindings(table: KeyTable) -> list[BindingType]:
    """Return the binding of every key that is in force."""
    made: list[BindingType] = []
    for action in table.actions:
        if action.id == "panel":
            made += [
                Binding(key, f"act('panel', '{key}')", action.label, show=False)
                for key in PANEL_KEYS
            ]
            continue
        made += [
            Binding(key, f"act('{action.id}')", action.label, show=False) for key in action.keys
        ]
    return made
