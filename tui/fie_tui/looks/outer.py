"""Sequences for the outer terminal: through tmux they need a wrapping of their own."""

import base64
from collections.abc import Mapping

from fie_engine.plaintext import plain

CLIPBOARD_LIMIT = 70_000
"Bytes of base64 that terminals take; longer texts are dropped by some without a word."

NOTICE_LIMIT = 200


def wrapped_for(environment: Mapping[str, str], sequence: str) -> str:
    """Return a sequence as the outer terminal gets it: tmux passes on only what is wrapped."""
    if not environment.get("TMUX"):
        return sequence
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def clipboard(text: str) -> str:
    """Return the sequence that puts a text on the clipboard (OSC 52); empty when too long."""
    encoded = base64.b64encode(text.encode(errors="replace")).decode()
    return "" if len(encoded) > CLIPBOARD_LIMIT else f"\x1b]52;c;{encoded}\x07"


def notice(text: str) -> str:
    """Return the sequence of a desktop notice (OSC 9); of hostile text, too."""
    return f"\x1b]9;fie-tui: {plain(text, NOTICE_LIMIT)}\x07"
