"""Where a new run is written."""

import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from fie_engine.errors import RunError
from fie_evaluator.track import Track

if TYPE_CHECKING:
    from fie_engine.launch.start import LaunchOptions


def new_path(options: "LaunchOptions", track: Track) -> Path:
    """Return the folder of a new run; raises RunError for a name that can't be one."""
    if options.name is not None:
        if not options.name or "/" in options.name or options.name.startswith("."):
            raise RunError(f"{options.name!r} is no run name: it names a folder in the runs folder")
        return options.runs_root / options.name
    stamp = time.strftime("%Y%m%d-%H%M%S")
    return options.runs_root / f"{track.name}-{stamp}"


def new_folder(options: "LaunchOptions", track: Track) -> Path:
    """Return the path of a new run; made, where nobody named it: others start at the same second.

    Raises RunError as `new_path` does.
    """
    first = path = new_path(options, track)
    for number in count(2):
        try:
            path.mkdir(parents=True, exist_ok=options.name is not None)
        except FileExistsError:
            path = first.with_name(f"{first.name}-{number}")
        except OSError:
            # Whoever writes there tells why it can't be done.
            break
        else:
            break
    return path
