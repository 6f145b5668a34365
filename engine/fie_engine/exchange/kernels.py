"""A candidate's kernel or solution as a file elsewhere."""

from pathlib import Path

from fie_engine.errors import RunError

FILES = {"kernel": "kernel.py", "solution": "solution.json"}
"What can be written, and what it is called in a run."


class ExportError(RunError):
    """A file can't be written as asked; nothing was changed."""


def export_file(run: Path, candidate: str, what: str, target: Path) -> Path:
    """Copy a file of a candidate of the run in this folder; return where it is then.

    Raises ExportError, also where something is there already.
    """
    source = run / "candidates" / candidate / FILES[what]
    if target.is_dir():
        target = target / f"{run.name}-{candidate}{source.suffix}"
    if not source.is_file():
        raise ExportError(f"{candidate} has no {source.name} in {run}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as copy:
            copy.write(source.read_bytes())
    except FileExistsError:
        raise ExportError(f"{target} is there already: give another name") from None
    except OSError as error:
        raise ExportError(f"{target} can't be written: {error.strerror}") from error
    return target
