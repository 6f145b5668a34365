"""What a candidate's folder holds beside its kernel: the words it printed, and its solution."""

import json
import os
import threading
from pathlib import Path

from fie_engine.record.rundir import RunWriter
from fie_evaluator.promotion.solution import solution_fields
from fie_evaluator.results import Evaluation
from fie_evaluator.track import Track

AUTHOR = "fie-tui"
KERNEL, LOG, SOLUTION = "kernel.py", "log.txt", "solution.json"


class Shelf:
    """Keeps a verdict's files with its candidate; profilers put their reports there, too."""

    def __init__(self, writer: RunWriter, track: Track) -> None:
        self._writer = writer
        self._track = track

    def __call__(self, candidate: str, source: str, evaluation: Evaluation) -> None:
        """Write the candidate's log, if it said anything, and its solution as JSON."""
        folder = self._writer.folder(candidate)
        name = f"{self._writer.name}-{candidate}"
        fields = solution_fields(self._track, source, name, AUTHOR)
        write_whole(folder / SOLUTION, json.dumps(fields, indent=2) + "\n")
        if evaluation.log:
            write_whole(folder / LOG, evaluation.log)


def files_of(folder: Path) -> list[Path]:
    """Return the files that belong to a candidate, its kernel first."""
    found = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".partial"]
    return sorted(found, key=lambda path: (path.name != KERNEL, path))


def write_whole(path: Path, text: str) -> None:
    """Replace a file in one step, but leave it to the system when that reaches the disk."""
    # A thread's own: a verdict and a timing in turns may be kept at once.
    partial = path.with_name(f"{path.name}.{threading.get_ident()}.partial")
    partial.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")
    os.replace(partial, path)
