"""A kernel's text in syntax colours, line by line."""

import builtins
import keyword
import re

from fie_engine.plaintext import plain
from fie_tui.diff.lines import Piece

TOKEN = re.compile(
    r"""
    (?P<comment> \#[^\n]*)
  | (?P<string> [rbufRBUF]{0,2} (?:
        \"{3} (?:[^\\]|\\.)*? (?:\"{3}|\Z)
      | '{3} (?:[^\\]|\\.)*? (?:'{3}|\Z)
      | \" (?:[^"\\\n]|\\.)* (?:\"|$)
      | ' (?:[^'\\\n]|\\.)* (?:'|$) ))
  | (?P<name> (?<=def[ ])\w+ | (?<=class[ ])\w+ | ^[ \t]*@[\w.]+)
  | (?P<word> [^\W\d]\w*)
  | (?P<number> 0[xXbBoO][\da-fA-F_]+ | \d[\d_]*\.?[\d_]*(?:[eE][+-]?\d+)?j? )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
"Python words; a regular expression of ours takes a tenth of a library lexer's time."

COLOUR_OF_WORD = {
    **dict.fromkeys((name for name in dir(builtins) if name.islower()), "name"),
    **dict.fromkeys((*keyword.kwlist, *keyword.softkwlist), "keyword"),
    "_": "plain",
}


def syntax_pieces(source: str) -> list[list[Piece]]:
    """Return each line of a Python text as harmless pieces with their colours."""
    text = source.replace("\r\n", "\n")
    lines: list[list[Piece]] = [[]]
    at = 0
    for token in TOKEN.finditer(text):
        colour = token.lastgroup or "plain"
        if colour == "word":
            colour = COLOUR_OF_WORD.get(token[0], "plain")
        if colour == "plain":
            continue
        _add(lines, text[at : token.start()], "plain")
        _add(lines, token[0], colour)
        at = token.end()
    _add(lines, text[at:], "plain")
    return lines


def _add(lines: list[list[Piece]], text: str, colour: str) -> None:
    """Append a text to the last line, and what follows a newline to new ones."""
    first, *rest = text.split("\n")
    if first:
        lines[-1].append((plain(first), colour))
    for part in rest:
        lines.append([(plain(part), colour)] if part else [])
