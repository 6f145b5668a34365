"""What goes with a run that is deleted."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongings:
    """The files of a run's folder, counted."""

    files: int
    size_bytes: int
    promoted: int
    "Submissions that were packed."

    @property
    def told(self) -> str:
        """The count in words."""
        return f"{self.files:,} files, {self.size_bytes / 1e6:,.1f} MB"


def belongings_of(run: Path) -> Belongings:
    """Count what lies in a run's folder; links aren't followed."""
    sizes = []
    for folder, _, names in os.walk(run):
        sizes += [os.lstat(os.path.join(folder, name)).st_size for name in names]
    packed = run / "promoted"
    submissions = [one for one in packed.iterdir() if one.is_dir()] if packed.is_dir() else []
    return Belongings(files=len(sizes), size_bytes=sum(sizes), promoted=len(submissions))
