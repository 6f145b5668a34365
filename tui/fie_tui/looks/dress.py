"""What the board wears: its palette and pace, which a slow link changes, and how it calls out."""

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rich.console import Console
from textual import constants
from textual.app import App
from textual.driver import Driver

from fie_engine.view.rows import LogLine
from fie_tui.looks import ink
from fie_tui.looks.filters import sift
from fie_tui.looks.link import Governor
from fie_tui.looks.outer import clipboard, notice, wrapped_for
from fie_tui.looks.palettes import ANSI, MONO, PALETTES, Palette
from fie_tui.looks.theme import textual_theme
from fie_tui.looks.wanted import THEMES, Looks

FAST_S, SLOW_S = 1.0, 5.0
"How often the board repaints by itself, on a fast link and on a slow one."

CALLED = {"★": "new best", "■": "stopped", "!": "attention"}
"Signs of events that a person who looks elsewhere wants to hear of."

SLOW_WORDS = "slow link: repainting every 5 s in 16 colours until it clears"
FAST_WORDS = "the link is clear again"


def driver_of(looks: Looks) -> type[Driver] | None:
    """Return the driver with a gauge; None where the environment names another."""
    if constants.DRIVER is not None:
        return None
    from fie_tui.looks.driver import GaugedDriver

    return GaugedDriver


class Dress:
    """Dresses one program."""

    def __init__(self, app: App[Any], looks: Looks) -> None:
        self._app = app
        self._looks = looks
        self._governor: Governor | None = None
        ink.take(self.palette)
        app.ansi_color = self.palette.ansi

    @property
    def looks(self) -> Looks:
        """How the person wants it now."""
        return self._looks

    @property
    def slow(self) -> bool:
        """Whether the link counts as slow."""
        return self._governor.slow if self._governor else self._looks.low_bandwidth

    @property
    def repaint_s(self) -> float:
        """How often the board repaints by itself, seconds."""
        return SLOW_S if self.slow else FAST_S

    @property
    def palette(self) -> Palette:
        """The palette of now."""
        chosen = PALETTES[self._looks.theme]
        return ANSI if self.slow and chosen is not MONO else chosen

    @property
    def stalled(self) -> bool:
        """Whether the terminal takes nothing now."""
        return self._governor is not None and self._governor.stalled

    def resting(self, since_s: float) -> bool:
        """Whether to paint nothing now, so many seconds after the last time."""
        return self.stalled or (self.slow and since_s < SLOW_S)

    def put_on(self) -> None:
        """Dress the board at its start."""
        gauge = getattr(self._app._driver, "gauge", None)
        if gauge is not None:
            self._governor = Governor(gauge, forced=self._looks.low_bandwidth)
        self._dress()

    def look(self) -> str:
        """Look at the link; where it became slow or fast again, dress anew and say so."""
        if self._governor is None or not self._governor.look():
            return ""
        self._dress()
        return SLOW_WORDS if self.slow else FAST_WORDS

    def _dress(self) -> None:
        palette, app = self.palette, self._app
        ink.take(palette)
        sift(app, colours=palette is not MONO, ascii_only=self._looks.ascii)
        # The colours lie on the 256-colour cube, and 256 colours cost a third fewer bytes.
        app.console = Console(
            color_system="standard" if palette.ansi else "256",
            file=app.console.file,
            force_terminal=True,
            legacy_windows=False,
        )
        app.ansi_color = palette.ansi
        theme = textual_theme(palette)
        app.register_theme(theme)
        app.theme = theme.name

    def call(self, news: Sequence[LogLine]) -> None:
        """Call out the newest event that is worth it, once."""
        lines = [line for line in news if line.glyph in CALLED]
        if not lines or self._looks.notify == "off":
            return
        if self._looks.notify in ("bell", "both"):
            self._app.bell()
        if self._looks.notify in ("desktop", "both"):
            said = f"{CALLED[lines[-1].glyph]}: {lines[-1].text}"
            self._write(notice(said, os.environ))

    def copy(self, text: str) -> bool:
        """Put a text on the clipboard of the terminal; whether it is short enough."""
        sequence = clipboard(text)
        self._write(sequence)
        return bool(sequence)

    def next_theme(self) -> str:
        """Put on the next theme; return what to say about it."""
        at = THEMES.index(self._looks.theme)
        self._looks = replace(self._looks, theme=THEMES[(at + 1) % len(THEMES)])
        self._dress()
        return f"theme: {self._looks.theme} (to keep it: --theme, or FIE_THEME)"

    def _write(self, sequence: str) -> None:
        driver = self._app._driver
        if driver is not None and not self._app.is_headless:
            driver.write(wrapped_for(os.environ, sequence))
