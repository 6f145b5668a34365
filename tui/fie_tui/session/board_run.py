"""A run directory, as far as a board needs it."""

from pathlib import Path
from typing import Protocol

from fie_tui.diff.reader import Texts
from fie_tui.session.feed import Run


class BoardRun(Run, Texts, Protocol):
    """What the board's threads read, and where pictures and copies are put."""

    @property
    def path(self) -> Path:
        """The run's folder."""

    @property
    def name(self) -> str:
        """The run's name."""
