"""Which project a configuration asks for: an evaluator file and OpenEvolve's own keys for it."""

from pathlib import Path
from typing import cast

from fie_engine.config.keys import ConfigError
from fie_engine.config.tree import Config
from fie_engine.population.grid import is_of_checklist
from fie_engine.propose.choose import ProposerChoice
from fie_evaluator.project.file import project_track
from fie_evaluator.project.terms import Project, is_project
from fie_evaluator.track import Track

GRID_AXES = frozenset(("complexity", "score"))
"Axes that need no metric of their own."
OTHERS = ("track", "definition", "dataset")


def asks_for_project(config: Config) -> bool:
    """Whether an evaluator file says what is searched for."""
    return is_project(config.judging.evaluator)


def track_of_project(config: Config) -> Track:
    """Return the project as a track; raises a FieError before anything is spent."""
    task = config.task
    named = [name for name in OTHERS if getattr(task, name) not in ("", "auto")]
    if named:
        raise ConfigError(
            f"fie.{named[0]}: {getattr(task, named[0])!r} contradicts the evaluator "
            f"{config.judging.evaluator}: a project brings its own problem, so leave it out"
        )
    return project_track(project_of(config))


def project_of(config: Config) -> Project:
    """Return how the project's programs are evaluated."""
    stock, usual = dict(config.rest), Project(evaluator=Path())
    at_once = config.judging.slots or stock.get("evaluator.parallel_evaluations") or 1
    return Project(
        evaluator=Path(config.judging.evaluator).absolute(),
        suffix=str(stock.get("file_suffix", usual.suffix)),
        timeout_s=float(config.judging.timeout_s or usual.timeout_s),
        cascade=bool(stock.get("evaluator.cascade_evaluation", usual.cascade)),
        thresholds=cast(
            tuple[float, ...], stock.get("evaluator.cascade_thresholds", usual.thresholds)
        ),
        features=tuple(set_apart(config)),
        variables=config.judging.evaluator_environment,
        memory_mb=cast(int, stock.get("evaluator.memory_limit_mb") or 0),
        slots=cast(int, at_once),
    )


def language_of(config: Config) -> str:
    """Return the language of the programs: Python unless a project says otherwise."""
    stock = dict(config.rest)
    if not asks_for_project(config) or stock.get("file_suffix", ".py") == ".py":
        return "python"
    return str(stock.get("language") or "")


def check_axes(config: Config) -> None:
    """Raise ConfigError where a kernel search is told to spread out over what no judge measures."""
    unknown = [axis for axis in set_apart(config) if not is_of_checklist(axis)]
    if unknown:
        raise ConfigError(
            f"database.feature_dimensions: {unknown[0]!r} is no figure of a kernel: use "
            f"{' and '.join(sorted(GRID_AXES))}; the configuration may be for another problem, "
            "whose evaluator --evaluator FILE.py names"
        )


def remarks_on_project(track: Track, choice: ProposerChoice) -> tuple[str, ...]:
    """Return what a user should know of searching in a project."""
    if track.project is None or choice.kind != "operators":
        return ()
    return (
        "the embedded operators know numerical kernels and find little to change elsewhere: "
        "a project wants a model, --model NAME",
    )


def set_apart(config: Config) -> list[str]:
    """Return the grid's axes that only an evaluator can measure."""
    return [axis for axis in config.islands.feature_dimensions if axis not in GRID_AXES]
