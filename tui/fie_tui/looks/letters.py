"""The board's signs in ASCII, cell for cell, for terminals and logs that know nothing else."""

from collections.abc import Mapping

FIRST_DOTS, LAST_DOTS = 0x2800, 0x28FF
LOWER_DOTS = 0x04 | 0x20 | 0x40 | 0x80

PAIRS = (
    ("╭╮╰╯├┤┬┴┼┌┐└┘", "+"),
    ("─┄━╸╌—–−▔", "-"),
    ("│┃║", "|"),
    ("▁▂", "_"),
    ("▃▄", "-"),
    ("▅▆", "="),
    ("▇█", "#"),
    ("░▒▓", ":"),
    ("★", "*"),
    ("☆", "+"),
    ("✗", "x"),
    ("✓", "v"),
    ("◌○◇", "."),
    ("◐", "o"),
    ("●", "@"),
    ("¶", "P"),
    ("▲↑", "^"),
    ("▼↓", "v"),
    ("▶▸›→»", ">"),
    ("◂‹←«◀", "<"),
    ("‖", "="),
    ("■", "#"),
    ("⇆⇄", "%"),
    ("⑂", "Y"),
    ("♥", "@"),
    ("·•∘", "."),
    ("×", "x"),
    ("±", "~"),
    ("≤", "<"),
    ("≥", ">"),
    ("°", "d"),
    ("µ", "u"),
    ("ᵀ", "T"),
    ("…", "."),
    ("’‘", "'"),
    ("“”", '"'),
)
"Signs and the one letter that stands for each."

BARE_TERMINALS = ("linux", "vt", "ansi", "cons")
"How the names in TERM begin of terminals whose fonts have few signs: consoles and serial lines."

LETTERS = {ord(sign): letter for signs, letter in PAIRS for sign in signs}


def ascii_of(text: str) -> str:
    """Return harmless text in ASCII, as many cells wide; what has no stand-in becomes "?"."""
    return text if text.isascii() else "".join(map(_letter, text))


def speaks_ascii_only(environment: Mapping[str, str]) -> bool:
    """Whether the locale or TERM says that the terminal shows no signs.

    Python itself sets LC_CTYPE to C.UTF-8 where LANG is C, so that is no answer.
    """
    if environment.get("TERM", "").startswith(BARE_TERMINALS):
        return True
    told = environment.get("LC_ALL") or environment.get("LC_CTYPE") or ""
    if not told or (told == "C.UTF-8" and not environment.get("LC_ALL")):
        told = environment.get("LANG", "") or told
    if not told:
        return False
    return "utf" not in told.lower()


def _letter(sign: str) -> str:
    # Late: the help page needs no rich.
    from rich.cells import cell_len

    if sign.isascii():
        return sign
    code = ord(sign)
    if FIRST_DOTS <= code <= LAST_DOTS:
        return _dots(code - FIRST_DOTS)
    return LETTERS.get(code) or "?" * cell_len(sign)


def _dots(bits: int) -> str:
    """Return the letter that is filled where the dots are."""
    if not bits:
        return " "
    if not bits & LOWER_DOTS:
        return "'"
    return "." if not bits & ~LOWER_DOTS else ":"
