"""The table of actions as Textual's bindings."""

from textual.binding import Binding, BindingType

from fie_tui.keys.keymap import ACTIONS, PANEL_KEYS


def bindings() -> list[BindingType]:
    """Return every key's binding, from the table of actions."""
    made: list[BindingType] = []
    for action in ACTIONS:
        if action.id == "panel":
            made += [
                Binding(key, f"act('panel', '{key}')", action.label, show=False)
                for key in PANEL_KEYS
            ]
            continue
        keys = ",".join(action.keys)
        made.append(Binding(keys, f"act('{action.id}')", action.label, show=False))
    return made
