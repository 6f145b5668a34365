"""Rights that a candidate's process gives up."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """What a candidate may still do."""

    description: str

    def enter(self, directory: Path) -> None:
        """Give the rights up, for good."""
