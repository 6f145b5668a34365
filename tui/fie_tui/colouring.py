"""A kernel's text in syntax colours, line by line."""

from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]
from pygments.token import (  # type: ignore[import-untyped]
    Comment,
    Keyword,
    Name,
    Number,
    Operator,
    String,
    _TokenType,
)

from fie_engine.plaintext import plain
from fie_tui.diffing import Piece

COLOURS: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "comment"),
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
    (Name.Function, "name"),
    (Name.Class, "name"),
    (Name.Decorator, "name"),
    (Name.Builtin, "name"),
    (String, "string"),
    (Number, "number"),
)


def syntax_pieces(source: str) -> list[list[Piece]]:
    """Return each line of a Python text as harmless pieces with their colours."""
    lines: list[list[Piece]] = [[]]
    lexer = PythonLexer(stripnl=False, ensurenl=False)
    for token, text in lexer.get_tokens(source.replace("\r\n", "\n")):
        colour = _colour(token)
        first, *rest = text.split("\n")
        _add(lines[-1], first, colour)
        for part in rest:
            lines.append([])
            _add(lines[-1], part, colour)
    return lines


def _add(line: list[Piece], text: str, colour: str) -> None:
    if text:
        line.append((plain(text), colour))


def _colour(token: _TokenType) -> str:
    for kind, colour in COLOURS:
        if token in kind:
            return colour
    return "plain"
