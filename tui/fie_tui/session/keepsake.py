"""What a person's board leaves in the run's folder, so that the next one begins where it ended."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import msgspec

from fie_engine.record.shelf import write_whole
from fie_tui.looks.plan import PANELS
from fie_tui.told.listing import ORDERS
from fie_tui.told.sight import Sight

FOLDER = "views"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keepsake:
    """Where a person looked, and how far they saw the run."""

    sight: Sight
    seen: int
    "The newest event that was on their screen."
    at: float
    "Unix time, seconds: when they last looked."


class Damaged(Exception):
    """A kept view that can't be used: the board opens with the usual one."""


def keepsake_path(folder: Path, user: str) -> Path:
    """Return the file of a person; a name can't lead out of the folder."""
    return folder / FOLDER / f"view-{quote(user, safe='')}.json"


def kept(folder: Path, user: str) -> Keepsake | None:
    """Return what a person's last board left; None where there was none; raises Damaged."""
    path = keepsake_path(folder, user)
    try:
        keepsake = msgspec.json.decode(path.read_bytes(), type=Keepsake)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise Damaged(f"your last view is not restored: {path} can't be used ({error})") from error
    if keepsake.sight.focus not in PANELS or keepsake.sight.wish.order not in ORDERS:
        raise Damaged(f"your last view is not restored: {path} is of another fie-tui")
    return keepsake


def keep(folder: Path, user: str, keepsake: Keepsake) -> None:
    """Write what the next board of this person begins with; raises OSError."""
    path = keepsake_path(folder, user)
    path.parent.mkdir(exist_ok=True)
    write_whole(path, msgspec.json.encode(keepsake).decode())
