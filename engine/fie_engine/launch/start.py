"""From flags to a running engine: everything is checked before anything is spent."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from fie_engine import events as e
from fie_engine.config.changed import reset
from fie_engine.config.load import Config, load_config
from fie_engine.config.written import to_toml
from fie_engine.errors import RunError
from fie_engine.exchange.project_terms import (
    asks_for_project,
    check_axes,
    track_of_project,
)
from fie_engine.launch.folder import new_folder
from fie_engine.launch.seedfile import SeedFile, choose_seed, seed_candidate
from fie_engine.loop.profiling import ProfilePolicy, profile_policy, profiler_is_here
from fie_engine.money.launch import (
    asked_models,
    budget_of,
    check_budget,
    keyed,
    overruled,
)
from fie_engine.population.grid import with_checklist
from fie_engine.prompt.check import check_prompts
from fie_engine.prompt.room import with_contexts
from fie_engine.propose.choose import ProposerChoice, Wish
from fie_engine.propose.preflight import check_models
from fie_engine.propose.team import choose_team, configs_of, prompted_by
from fie_engine.record.opening import as_launched, opening_of, score_rule
from fie_engine.record.rundir import RunDirectory, RunWriter, find_run, write_durably
from fie_evaluator.errors import FieError
from fie_evaluator.places import cache_folder
from fie_evaluator.pool.opened import machine_of
from fie_evaluator.project.terms import is_project
from fie_evaluator.track import Track
from fie_evaluator.tracks import resolve_track


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchOptions:
    """What the user asked for; None leaves it to the configuration, then to the default."""

    runs_root: Path
    run_dir: Path | None = None
    name: str | None = None
    track: str | None = None
    definition: str | None = None
    dataset: Path | None = None
    kernel: Path | None = None
    config: Path | None = None
    timing: str | None = None
    score: str | None = None
    'Mean and what it is against, for example "geometric" or "arithmetic-vs-baseline".'
    evaluator: str | None = None
    slots: int | None = None
    islands: int | None = None
    iterations: int | None = None
    seed_rng: int | None = None
    from_run: str | None = None
    'Another run\'s candidate as the seed, "RUN:CANDIDATE".'
    resume: str | None = None
    "An existing run to go on with, by name or path."
    proposer: str | None = None
    model: str | None = None
    base_url: str | None = None
    strategy: str | None = None
    '"evolve" or "best-of-n".'
    budget: Mapping[str, float] = field(default_factory=dict)
    'Limits by name, for example {"usd": 2.0}.'
    ncu: bool | None = None
    "Switches a GPU's profiles on or off, whatever the configuration says."


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRun:
    """A run whose lock is held and whose terms are settled; not started yet."""

    directory: RunDirectory
    writer: RunWriter
    config: Config
    track: Track
    choice: ProposerChoice
    cache: Path
    "Where inputs and references are kept between runs."
    profiling: ProfilePolicy


def prepare(options: LaunchOptions, environ: Mapping[str, str]) -> PreparedRun:
    """Create a run, or reopen one; raises a FieError that names the thing and the remedy."""
    if options.resume is not None:
        return _reopen(options, environ, options.resume)
    config, track = settle(options, environ)
    config = with_checklist(config, track.definition)
    seed = choose_seed(options.kernel, options.from_run, options.runs_root, track)
    choice = choose_team(config, environ, wish_of(options))
    checked = check_models(choice, configs_of(choice, config), seed.source)
    config = with_contexts(config, checked.contexts)
    warnings = check_prompts(prompted_by(choice, config), track, seed.source)
    config = replace(config, notes=(*config.notes, *checked.notes, *warnings))
    check_budget(budget_of(config), asked_models(config, choice))
    writer = RunWriter.create((options.run_dir or new_folder(options, track)).absolute())
    _write_beginning(writer, config, track, choice, seed)
    return _prepared(writer, config, track, choice, environ, options.ncu)


def settle(options: LaunchOptions, environ: Mapping[str, str]) -> tuple[Config, Track]:
    """Return the configuration and the track that the flags ask for; nothing is written."""
    config = load_config(options.config, _overrides(options))
    return config, _track(config, environ)


def _reopen(options: LaunchOptions, environ: Mapping[str, str], name: str) -> PreparedRun:
    fixed = {
        "--track": options.track,
        "--definition": options.definition,
        "--kernel": options.kernel,
        "--timing": options.timing,
        "--score": options.score,
        "--islands": options.islands,
        "--from": options.from_run,
        "--run-dir": options.run_dir,
        "--name": options.name,
    }
    given = [flag for flag, value in fixed.items() if value is not None]
    if given:
        raise RunError(f"{', '.join(given)} can't change on --resume: start a new run instead")
    path = find_run(name, options.runs_root).path
    terms = options.config or path / "run.toml"
    config = load_config(terms, _overrides(options))
    track = _track(config, environ)
    choice = choose_team(config, environ, wish_of(options))
    check_models(choice, configs_of(choice, config), RunDirectory(path).source("c0000"))
    check_prompts(prompted_by(choice, config), track, RunDirectory(path).source("c0000"))
    writer = RunWriter(path)
    try:
        _check_terms(writer, config, track)
        limits = dict(budget_of(config).limits()) if options.config else options.budget
        budget, raised = overruled(keyed(limits), writer.events())
        check_budget(budget, asked_models(config, choice))
    except FieError:
        writer.close()
        raise
    if options.iterations is not None:
        writer.append(e.Extended(iterations=options.iterations))
    if options.slots is not None:
        writer.append(*reset("fie.slots", options.slots, writer.events()))
    writer.append(*raised)
    write_durably(path / "run.toml", to_toml(as_launched(config, choice)))
    return _prepared(writer, config, track, choice, environ, options.ncu)


def _check_terms(writer: RunWriter, config: Config, track: Track) -> None:
    """Refuse to judge on with another clock, device or score: figures would be compared across."""
    events = (recorded.event for recorded in writer.events())
    created = next((event for event in events if isinstance(event, e.RunCreated)), None)
    if created is None:
        return
    terms = {
        "definition": (created.definition, track.definition),
        "device": (created.device, track.device_label),
        "timing": (created.timing, track.timing),
        "score": (created.score_name, score_rule(config, track).name),
    }
    for name, (then, now) in terms.items():
        if then != now:
            raise RunError(
                f"run {writer.name} was judged with {name} {then!r}, not {now!r}: start a new "
                f"run from one of its kernels with --from {writer.name}:CANDIDATE"
            )


def _prepared(
    writer: RunWriter,
    config: Config,
    track: Track,
    choice: ProposerChoice,
    environ: Mapping[str, str],
    ncu: bool | None,
) -> PreparedRun:
    return PreparedRun(
        directory=RunDirectory(writer.path),
        writer=writer,
        config=config,
        track=track,
        choice=choice,
        cache=cache_folder(environ),
        profiling=_profiling(config, track, environ, ncu),
    )


def _profiling(
    config: Config, track: Track, environ: Mapping[str, str], ncu: bool | None
) -> ProfilePolicy:
    found = track.device != "cpu" and profiler_is_here(environ)
    return profile_policy(config.judging.profile, track.device, profiler=found, asked=ncu)


def _overrides(options: LaunchOptions) -> dict[str, object]:
    flags = {
        "fie.track": options.track,
        "fie.definition": options.definition,
        "fie.dataset": str(options.dataset.absolute()) if options.dataset else None,
        "database.num_islands": options.islands,
        "max_iterations": options.iterations,
        "fie.seed_rng": options.seed_rng,
        "fie.timing": options.timing,
        "fie.evaluator": _absolute(options.evaluator),
        "fie.slots": options.slots,
        "fie.strategy": options.strategy,
        **score_keys(options.score),
        **keyed(options.budget),
    }
    return {path: value for path, value in flags.items() if value is not None}


def _absolute(evaluator: str | None) -> str | None:
    """Return a place to judge at as it is, and a project's file so that a resume finds it."""
    project = evaluator is not None and is_project(evaluator)
    return str(Path(evaluator).absolute()) if evaluator and project else evaluator


def score_keys(score: str | None) -> dict[str, object]:
    """Return the settings that a word such as "arithmetic-vs-baseline" stands for."""
    if score is None:
        return {}
    mean, _, against = score.partition("-vs-")
    return {"fie.score_mean": mean, "fie.score_against": against or "reference"}


def wish_of(options: LaunchOptions) -> Wish:
    """Return which proposer the flags ask for."""
    return Wish(
        proposer=options.proposer or "",
        model=options.model or "",
        base_url=options.base_url or "",
    )


def _track(config: Config, environ: Mapping[str, str]) -> Track:
    if asks_for_project(config):
        return track_of_project(config)
    check_axes(config)
    task = config.task
    name = task.definition or (task.track if task.track != "auto" else None)
    dataset = Path(task.dataset) if task.dataset else None
    machine = machine_of(config.judging.evaluator, environ)
    track = resolve_track(name, dataset, environ, machine, timing=task.timing)
    # A rule that the track can't serve is refused before anything is written.
    score_rule(config, track)
    return track


def _write_beginning(
    writer: RunWriter, config: Config, track: Track, choice: ProposerChoice, seed: SeedFile
) -> None:
    write_durably(writer.path / "run.toml", to_toml(as_launched(config, choice)))
    candidate = seed_candidate(seed, track.definition)
    writer.save_source(candidate.id, seed.source)
    opening = opening_of(writer.name, config, track, choice)
    writer.append(*opening, e.Proposed(proposal=0, candidate=candidate))
