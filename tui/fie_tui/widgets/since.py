"""A panel over the board that tells what happened while its person was away."""

from collections.abc import Sequence

from textual.geometry import Region, Size

from fie_engine.view.digest import Digest
from fie_tui.looks import figures
from fie_tui.looks.ink import Line, pad
from fie_tui.told.scene import Scene
from fie_tui.told.since import since_lines
from fie_tui.widgets.bottom import INK_OF
from fie_tui.widgets.lines import Lines

SINCE = "since"
WIDEST = 96
MOST_LINES = 10
ROOM_LEFT = 8
"Lines of the board that stay in sight."
CLOSES = " Esc closes "


class Since(Lines):
    """Lies over the panels, takes no keys but Esc, and says nothing until it is told to."""

    def __init__(self, name: str = SINCE) -> None:
        super().__init__(name)
        self._heading = ""
        self._told: Sequence[tuple[str, str]] = ()

    @property
    def is_open(self) -> bool:
        """Whether there is something to show."""
        return bool(self._told)

    def tell(self, digest: Digest, away_s: float) -> None:
        """Open with what happened."""
        self._heading = f" Since you left, {figures.duration(away_s)} ago "
        self._told = tuple(since_lines(digest))

    def close(self) -> None:
        """Give the board its room back."""
        self._told = ()

    def place(self, size: Size) -> Region:
        """Return where it lies: at the bottom, above the event line, as small as it may be."""
        height = min(len(self._told), MOST_LINES, max(1, size.height - ROOM_LEFT)) + 2
        longest = max(len(text) for _, text in self._told) + 6
        width = min(size.width, WIDEST, max(longest, len(CLOSES) + 4, len(self._heading) + 4))
        return Region(size.width - width, max(0, size.height - 2 - height), width, height)

    def compose_lines(self, scene: Scene, width: int, height: int) -> list[Line]:
        """Return the frame and the lines; of too many the newest acts, and how many were left."""
        room = max(0, width - 4)
        body = [_row(sign, text, room) for sign, text in _shortened(self._told, height - 2)]
        return [
            _edge("╭─", self._heading, "╮", width, "focus"),
            *body,
            _edge("╰─", CLOSES, "╯", width, "dim"),
        ]


def _shortened(told: Sequence[tuple[str, str]], height: int) -> list[tuple[str, str]]:
    """Return as many lines as fit: the figures at the top, the newest acts at the bottom."""
    if len(told) <= height:
        return list(told)
    figures_, acts = _parted(told)
    fitting_acts = max(0, height - len(figures_) - 1)
    left = len(acts) - fitting_acts
    newest = acts[left:] if fitting_acts else []
    return [*figures_, ("…", f"{left} more acts: panel 7, the log"), *newest][:height]


def _parted(
    told: Sequence[tuple[str, str]],
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    heads = [one for one in told if one[0] in "★=✓$"]
    return heads, list(told[len(heads) :])


def _row(sign: str, text: str, room: int) -> Line:
    ink = INK_OF.get(sign, "text")
    return (("│ ", "frame"), (f"{sign} ", ink), (pad(text, room - 2), "text"), (" │", "frame"))


def _edge(start: str, text: str, end: str, width: int, ink: str) -> Line:
    rule = "─" * max(0, width - len(start) - len(text) - len(end))
    return ((start, "frame"), (text, ink), (rule + end, "frame"))
