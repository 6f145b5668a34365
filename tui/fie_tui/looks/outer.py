"""Sequences for the outer terminal: through tmux or screen they need a wrapping of their own."""

import base64
from collections.abc import Mapping

from fie_engine.plaintext import plain

CLIPBOARD_LIMIT = 70_000
"Bytes of base64 that terminals take; longer texts are dropped by some without a word."

NOTICE_LIMIT = 200


SCREEN_LIMIT = 250
"Characters that every version of GNU screen passes on at a time."

TITLED_NOTICES = ("foot", "rxvt")
"How the names in TERM begin of terminals that take a notice as OSC 777, and not as OSC 9."


def wrapped_for(environment: Mapping[str, str], sequence: str) -> str:
    """Return a sequence as the outer terminal gets it: others pass on only what is wrapped."""
    if environment.get("TMUX") or environment.get("TERM", "").startswith("tmux"):
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environment.get("STY"):
        starts = range(0, len(sequence), SCREEN_LIMIT)
        return "".join(f"\x1bP{sequence[at : at + SCREEN_LIMIT]}\x1b\\" for at in starts)
    return sequence


def clipboard(text: str) -> str:
    """Return the sequence that puts a text on the clipboard (OSC 52); empty when too long."""
    encoded = base64.b64encode(text.encode(errors="replace")).decode()
    return "" if len(encoded) > CLIPBOARD_LIMIT else f"\x1b]52;c;{encoded}\x07"


def notice(text: str, environment: Mapping[str, str]) -> str:
    """Return the sequence of a desktop notice (OSC 9 or 777); of hostile text, too."""
    shown = plain(text, NOTICE_LIMIT)
    titled = environment.get("TERM", "").startswith(TITLED_NOTICES)
    if titled or environment.get("VTE_VERSION"):
        return f"\x1b]777;notify;fie-tui;{shown}\x07"
    return f"\x1b]9;fie-tui: {shown}\x07"
