"""Names of keys: what a person writes, what Textual calls it, what the screen shows."""

from difflib import get_close_matches

# Textual has no public way from a character to its key's name.
from textual.keys import Keys, _character_to_key, format_key, key_to_character

SHOWN = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "space": "Space",
    "home": "Home",
    "end": "End",
    "insert": "Ins",
    "delete": "Del",
    "backspace": "Bksp",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}

AS_SHOWN = {shown.lower(): key for key, shown in SHOWN.items()}

NAMED = {*SHOWN, *(key.value for key in Keys if key.name[0] == "F" and key.value[1:].isdigit())}
"Keys that write no character, and the space bar."

HELD = {"ctrl": "^", "alt": "M-", "shift": "S-", "super": "D-"}
"Keys that are held while another is pressed, and how the screen writes them."

SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape"}
"What a terminal can't tell apart."


def textual_name(told: str) -> str:
    """Return Textual's name of a key; empty where there is no such key."""
    if len(told) == 2 and told[0] == "^":
        told = f"ctrl+{told[1]}"
    held, base = _split(told)
    known = _base_name(base)
    if not known or not set(held) <= HELD.keys() or len(set(held)) < len(held):
        return ""
    name = "+".join((*held, known))
    return SAME.get(name, name)


def _split(told: str) -> tuple[list[str], str]:
    """Return the keys that are held, and the one that is pressed, which may be a plus."""
    held, plus, base = told[:-1].rpartition("+")
    return held.split("+") if plus else [], base + told[-1:]


def _base_name(base: str) -> str:
    if len(base) == 1:
        return _character_to_key(base) if base.isprintable() else ""
    named = AS_SHOWN.get(base.lower(), base.lower())
    if named in NAMED:
        return named
    return base if _character(base) else ""


def _character(key: str) -> str:
    """Return the character that a key writes; empty where it writes none."""
    told = format_key(key)
    return told if len(told) == 1 else key_to_character(key) or ""


def shown_name(key: str) -> str:
    """Return a key as the screen writes it."""
    held, base = _split(key)
    told = SHOWN.get(base) or _character(base) or base.upper()
    return "".join(HELD[one] for one in held) + told


def shown_names(keys: tuple[str, ...]) -> str:
    """Return an action's keys as the screen writes them; a dot where it has none."""
    return " ".join(map(shown_name, keys)) or "·"


def nearest_key(told: str) -> str:
    """Return the key that was perhaps meant; empty where none is near."""
    held, base = _split(told)
    near = get_close_matches(base.lower(), sorted(NAMED), n=1)
    return "+".join((*(one for one in held if one in HELD), *near)) if near else ""
