"""What no terminal line may hold: colours where none are wanted, signs where none are known."""

from typing import Any

from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter, Monochrome, NoColor

from fie_tui.looks.letters import ascii_of


class AsciiLetters(LineFilter):
    """Puts an ASCII letter for every sign beyond, also for those that Textual draws."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the line in ASCII, cell for cell."""
        return [Segment(ascii_of(text), style, control) for text, style, control in segments]


def sift(app: App[Any], *, colours: bool, ascii_only: bool) -> None:
    """Let through what is wanted, whatever NO_COLOR says: the palette has heard it already.

    By itself Textual would turn the terminal's own colours into black on black.
    """
    kept = [one for one in app._filters if not isinstance(one, Monochrome | NoColor | AsciiLetters)]
    kept += [] if colours else [NoColor()]
    app._filters = [*kept, AsciiLetters()] if ascii_only else kept
