"""Takes a run out of its folder in one step that can be taken back."""

from pathlib import Path

from fie_engine.errors import NoSuchRun, RunError
from fie_engine.record.rundir import take_lock

TRASH = ".trash"
"Beside the runs: nothing here ever empties it."


def discard(run: Path) -> Path:
    """Move a run into its folder's trash and return where it lies; raises RunLocked, RunError.

    The lock is held meanwhile, so that no engine starts on a run that goes.
    """
    if not (run / "run.db").is_file():
        raise NoSuchRun(f"{run} holds no run")
    try:
        with take_lock(run):
            place = _free_place(run.parent / TRASH, run.name)
            place.parent.mkdir(exist_ok=True)
            return run.rename(place)
    except OSError as error:
        raise RunError(f"run {run.name} can't be moved: {error.strerror}") from error


def _free_place(trash: Path, name: str) -> Path:
    taken = 1
    place = trash / name
    while place.exists():
        taken += 1
        place = trash / f"{name}.{taken}"
    return place
