"""`fie-tui ls`: the runs of a folder, oldest first."""

from pathlib import Path

from fie_engine.errors import RunError
from fie_engine.record.rundir import RunDirectory
from fie_evaluator.timing.telling import score_told
from fie_tui.commands.show import print_json
from fie_tui.speech import note, say
from fie_tui.told.history import History, read
from fie_tui.told.objects import Report
from fie_tui.told.summary import table

COLUMNS = ("run", "state", "track", "evaluations", "best", "seed")


def print_runs(runs_root: Path, *, as_json: bool) -> int:
    """Print one line or object per run; a run that can't be read is a diagnostic."""
    paths = _paths(runs_root)
    histories = [history for path in paths if (history := _read(path)) is not None]
    if as_json:
        print_json([_object(history) for history in histories])
    elif histories:
        for line in table([COLUMNS, *map(_row, histories)]):
            say(line.strip())
    elif not paths:
        note(f"no runs in {runs_root}: `fie-tui run` starts one")
    return 0


def _paths(runs_root: Path) -> list[Path]:
    databases = sorted(runs_root.glob("*/run.db"), key=lambda path: path.stat().st_mtime)
    return [database.parent for database in databases]


def _read(path: Path) -> History | None:
    try:
        return read(RunDirectory(path))
    except RunError as error:
        note(str(error))
        return None


def _row(history: History) -> tuple[str, ...]:
    view = history.view
    return (
        history.run.name,
        history.state,
        view.created.track if view.created else "–",
        str(view.evaluations),
        score_told(view.best.score, view.best.unit) if view.best else "–",
        score_told(view.seed.score, view.seed.unit) if view.seed and view.seed.counts else "–",
    )


def _object(history: History) -> Report:
    view = history.view
    return {
        "run": history.run.name,
        "path": str(history.run.path),
        "state": history.state,
        "track": view.created.track if view.created else None,
        "evaluations": view.evaluations,
        "best_score": view.best.score if view.best else None,
        "best_candidate": view.best_candidate or None,
        "seed_score": view.seed.score if view.seed and view.seed.evaluation else None,
    }
