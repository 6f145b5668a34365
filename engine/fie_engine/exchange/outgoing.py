"""A run's population as a checkpoint for OpenEvolve and its tools, made from the record alone."""

import json
from pathlib import Path
from typing import Any

from fie_engine.config.load import Config, load_config
from fie_engine.config.tree import settings
from fie_engine.errors import CheckpointError
from fie_engine.exchange.checkpoint import Checkpoints
from fie_engine.exchange.format import NAMES, origin_of
from fie_engine.exchange.scores import NOISE, metric_name
from fie_engine.launch.assemble import population
from fie_engine.launch.terms import Terms
from fie_engine.loop.duels import Retiming
from fie_engine.loop.profiling import ProfilePolicy
from fie_engine.loop.search import Search
from fie_engine.population.members import named
from fie_engine.record.rundir import RunDirectory
from fie_engine.view.rows import CandidateRow
from fie_evaluator.project.program_judge import profile_lines
from fie_evaluator.project.terms import is_project
from fie_evaluator.scoring import ScoreRule


def export_run(run: RunDirectory, target: Path) -> Path:
    """Write target/checkpoint_N, or target itself where it has such a name; return the folder.

    Only reads the run, so that its engine may be at work.
    """
    config = load_config(run.path / "run.toml")
    search = replayed(run, config)
    if not search.ready:
        raise CheckpointError(f"run {run.name} has no population yet: its seed hasn't passed")
    iteration = search.iterations_before + search.view.iterations
    folder = target if NAMES.fullmatch(target.name) else target / f"checkpoint_{iteration}"
    if folder.exists() and any(folder.iterdir()):
        raise CheckpointError(f"{folder} isn't empty: give another folder, or move it away")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        checkpoints = Checkpoints(folder, origin_of(search.view.created), suffix_of(config))
        checkpoints.save(search.population, iteration, extras(run, search))
    except OSError as error:
        raise CheckpointError(f"{folder} can't be written: {error.strerror}") from error
    return folder


def replayed(run: RunDirectory, config: Config) -> Search:
    """Return what the run's record adds up to."""
    terms = Terms(
        seed_rng=config.search.seed_rng,
        iterations=config.search.iterations,
        patience=0,
        profiling=ProfilePolicy(when="never"),
        retiming=Retiming(),
        quick_cut=0.0,
        checkpoint_interval=0,
        islands=config.islands.count,
        inspirations=0,
        score_rule=ScoreRule(),
    )
    search = Search(
        terms,
        lambda score, length: population(config, score, length),
        run.source,
    )
    search.apply(run.events(limit=-1))
    return search


def suffix_of(config: Config) -> str:
    """Return how the program files' names end."""
    stock = settings(config)
    return str(stock.get("file_suffix", ".py")) if is_project(config.judging.evaluator) else ".py"


def extras(run: RunDirectory, search: Search) -> dict[str, dict[str, Any]]:
    """Return what each member's row and exchange tell besides its score."""
    told = {}
    for member, program in search.population.programs.items():
        name = named(member)
        row = search.view.candidates[name]
        told[member] = {
            "metrics": {**program.metrics, **workload_metrics(row)},
            "artifacts_json": json.dumps(artifacts(row)) if artifacts(row) else None,
            "prompts": prompts(run, name),
        }
    return told


def workload_metrics(row: CandidateRow) -> dict[str, float]:
    """Return each workload's figures under the names that the judge gives them for OpenEvolve."""
    found: dict[str, float] = {NOISE: row.noise} if row.noise else {}
    for result in row.evaluation.results if row.evaluation else ():
        if result.median_ms is not None and result.speedup is not None:
            name = metric_name(result.label)
            found[f"latency_ms_{name}"] = result.median_ms
            found[f"speedup_{name}"] = result.speedup
    return found


def artifacts(row: CandidateRow) -> dict[str, str]:
    """Return what the evaluator or the profiler told."""
    if row.evaluation is None:
        return {}
    told = {**dict(row.evaluation.artifacts), "printed": row.evaluation.log}
    if row.evaluation.profile is not None:
        told["profile"] = "\n".join(profile_lines(row.evaluation.profile))
    return {name: text for name, text in told.items() if text}


def prompts(run: RunDirectory, name: str) -> dict[str, Any] | None:
    """Return a model's prompt and reply as OpenEvolve logs them."""
    exchange = run.exchange(name)
    if exchange is None:
        return None
    said = {"system": exchange.system, "user": exchange.user, "responses": [exchange.reply]}
    return {"diff_user": said}
