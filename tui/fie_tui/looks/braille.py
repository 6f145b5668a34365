"""Dots of two by four to a cell, in layers: the highest layer of a cell wins."""

from fie_tui.looks.ink import Span

DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"Braille bits by row and column of a cell."

DOTS_ACROSS, DOTS_UP = 2, 4
"How many dots a cell has."

BLANK = 0x2800


class Canvas:
    """A plot area; dot (0, 0) is at the bottom left."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._layers: dict[str, dict[tuple[int, int], int]] = {}
        self._signs: dict[tuple[int, int], Span] = {}

    @property
    def dots_across(self) -> int:
        """How many dots wide the canvas is."""
        return self.width * DOTS_ACROSS

    @property
    def dots_up(self) -> int:
        """How many dots high the canvas is."""
        return self.height * DOTS_UP

    def dot(self, ink: str, x: int, y: int) -> None:
        """Set a dot; inks used later lie above those used earlier."""
        if not (0 <= x < self.dots_across and 0 <= y < self.dots_up):
            return
        row = self.dots_up - 1 - y
        cell = (x // 2, row // 4)
        layer = self._layers.setdefault(ink, {})
        layer[cell] = layer.get(cell, 0) | DOTS[row % 4][x % 2]

    def column(self, ink: str, x: int, low: int, high: int) -> None:
        """Set the dots of a vertical line, ends included."""
        for y in range(max(0, min(low, high)), min(self.dots_up - 1, max(low, high)) + 1):
            self.dot(ink, x, y)

    def sign(self, column: int, row: int, character: str, ink: str) -> None:
        """Put a character over a cell; row 0 is the top."""
        self._signs[(column, row)] = (character, ink)

    def row(self, index: int) -> list[Span]:
        """Return one row of cells, neighbours of one ink together."""
        spans: list[Span] = []
        for column in range(self.width):
            character, ink = self._cell(column, index)
            if spans and spans[-1][1] == ink:
                spans[-1] = (spans[-1][0] + character, ink)
            else:
                spans.append((character, ink))
        return spans

    def _cell(self, column: int, row: int) -> Span:
        if (column, row) in self._signs:
            return self._signs[(column, row)]
        for ink, layer in reversed(self._layers.items()):
            bits = layer.get((column, row))
            if bits:
                return chr(BLANK + bits), ink
        return " ", "text"
