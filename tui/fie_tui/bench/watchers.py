"""Progress of a judging on stderr: a bar for each kernel, or a line for each step."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from fie_evaluator.job import Progress
from fie_tui.bench.judgement import Watcher
from fie_tui.speech import note, printable


class Lines:
    """A line for each stage; for logs and pipes."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}

    def advance(self, progress: Progress) -> None:
        """Say that a candidate has entered a stage."""
        words = progress.note or progress.stage
        if self._told.get(progress.candidate) != words:
            self._told[progress.candidate] = words
            note(f"{progress.candidate}: {words}")

    def finish(self, candidate: str, verdict: str) -> None:
        """Say what became of a candidate."""
        note(f"{candidate}: {verdict}")


@contextmanager
def watcher(candidates: Sequence[str]) -> Iterator[Watcher]:
    """Show bars where stderr is a terminal, lines elsewhere."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    with _bars(candidates) as bars:
        yield bars


@contextmanager
def _bars(candidates: Sequence[str]) -> Iterator[Watcher]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Display

    display = Display(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[said]}", markup=False),
        console=Console(stderr=True),
    )
    tasks = {name: display.add_task(name, total=None, said="waits") for name in candidates}

    class Bars:
        def advance(self, progress: Progress) -> None:
            task: TaskID = tasks[progress.candidate]
            display.update(
                task,
                completed=progress.done,
                total=progress.total or None,
                said=printable(progress.note or progress.stage),
            )

        def finish(self, candidate: str, verdict: str) -> None:
            display.update(tasks[candidate], said=printable(verdict))
            display.stop_task(tasks[candidate])

    with display:
        yield Bars()
