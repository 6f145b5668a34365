"""Hostile text made harmless: what a terminal would obey is shown instead of sent."""

import unicodedata

UNSHOWABLE = "\N{REPLACEMENT CHARACTER}"
PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421", 0x09: "    "}
"Control codes and the one-cell signs that Unicode has for them; a tab becomes spaces."

HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Mc", "Zl", "Zp"))
"Categories that steer, reorder, stack or take no cell: nothing that a kernel needs."

STEERING = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
"Categories that steer a terminal or reorder what it shows."

INVISIBLE = (
    (0x115F, 0x11FF),  # Hangul fillers, vowels and finals: no cell of their own
    (0x3164, 0x3164),
    (0xD7B0, 0xD7FF),
    (0xFFA0, 0xFFA0),
    (0x1F3FB, 0x1F3FF),  # skin tones: join the sign before them in some terminals
)


def well_formed(text: str) -> str:
    """Return `text` as UTF-8 can hold it: halves of surrogate pairs are joined or replaced."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def plain(text: str, limit: int = 4000) -> str:
    """Return `text` as one line of visible characters, at most about `limit` long."""
    if len(text) > limit:
        text = text[:limit] + "…"
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(map(_shown, composed))


def unsteered(text: str) -> str:
    """Return a person's own words as they are, but for what a terminal would obey."""
    if text.isascii() and text.isprintable():
        return text
    spaced = text.replace("\t", " ")
    return "".join(one for one in spaced if unicodedata.category(one) not in STEERING)


def plain_lines(text: str, limit: int = 10_000) -> list[str]:
    """Return `text` as harmless lines, split at newlines only, at most `limit` of them."""
    lines = text.replace("\r\n", "\n").split("\n", limit)
    return [plain(line) for line in lines[:limit]]


def _shown(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    code = ord(character)
    if code in PICTURES:
        return PICTURES[code]
    if character.isspace() and unicodedata.category(character) == "Zs":
        return " "
    if unicodedata.category(character) in HIDDEN or _is_invisible(code):
        return UNSHOWABLE
    return character


def _is_invisible(code: int) -> bool:
    return any(first <= code <= last for first, last in INVISIBLE)
