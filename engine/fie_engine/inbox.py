"""The run's inbox: a kernel file saved there becomes a candidate."""

import logging
from collections.abc import Callable
from pathlib import Path

from watchfiles import Change, awatch

log = logging.getLogger(__name__)

LARGEST_BYTES = 4_000_000

TakeIn = Callable[[str, str], None]
"Takes a kernel's text and a note on where it came from."


async def watch_inbox(folder: Path, take_in: TakeIn) -> None:
    """Pass on each kernel file that is saved in the folder, until cancelled."""
    async for changes in awatch(folder, recursive=False):
        for change, name in sorted(changes):
            path = Path(name)
            if change is Change.deleted or not _is_kernel(path):
                continue
            try:
                source = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                log.warning("inbox: %s can't be read: %s", path.name, error)
            else:
                take_in(source, f"inbox: {path.name}")


def _is_kernel(path: Path) -> bool:
    hidden = path.name.startswith((".", "#")) or path.name.endswith("~")
    try:
        return path.suffix == ".py" and not hidden and 0 < path.stat().st_size <= LARGEST_BYTES
    except OSError:
        return False
