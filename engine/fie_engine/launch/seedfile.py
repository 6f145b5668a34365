"""The kernel that a run starts from: where it comes from, and whether it can start one."""

from dataclasses import dataclass
from pathlib import Path

from fie_engine.checklist.progress import steps_done
from fie_engine.errors import NoSuchRun, SeedError
from fie_engine.model import Candidate, Origin
from fie_engine.propose.source import digest
from fie_engine.record.rundir import find_run
from fie_evaluator.dataset.read import find_definition
from fie_evaluator.policy.signature import signature_error
from fie_evaluator.project.terms import Project
from fie_evaluator.seeds import seed_for
from fie_evaluator.syntax import parsed
from fie_evaluator.track import Track

LARGEST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedFile:
    """A seed kernel's text and where it came from."""

    source: str
    origin: str
    'For example "packaged with moe-mini", a path, or "run nightly, candidate c0017".'


def choose_seed(
    kernel: Path | None, from_run: str | None, runs_root: Path, track: Track
) -> SeedFile:
    """Return the seed that the user named, or the track's own; raises SeedError."""
    if kernel is not None and from_run is not None:
        raise SeedError("--kernel and --from both name a seed kernel: give one of them")
    if kernel is not None:
        seed = SeedFile(source=read_kernel(kernel), origin=str(kernel))
    elif from_run is not None:
        seed = _from_run(from_run, runs_root)
    else:
        seed = _beside(track.project) if track.project else _packaged(track)
    check_seed(seed, track)
    return seed


def seed_candidate(seed: SeedFile, definition: str) -> Candidate:
    """Return the seed as the first candidate of a run for that definition."""
    return Candidate(
        id="c0000",
        parents=(),
        island=0,
        generation=0,
        origin=Origin.SEED,
        model="seed",
        note=f"the seed: {seed.origin}",
        digest=digest(seed.source),
        done=steps_done(definition, seed.source),
    )


def check_seed(seed: SeedFile, track: Track) -> None:
    """Raise SeedError unless the judge could begin with it."""
    if track.project is not None:
        check_program(seed, track.project)
    else:
        check_signature(seed, track)


def check_signature(seed: SeedFile, track: Track) -> None:
    """Raise SeedError unless the judge would call the entry point as the definition says."""
    wanted = find_definition(track.dataset, track.definition).parameters
    try:
        error = signature_error(seed.source, wanted)
    except (SyntaxError, ValueError) as broken:
        line = f" in line {broken.lineno}" if isinstance(broken, SyntaxError) else ""
        raise SeedError(f"{seed.origin} is not Python: {broken.args[0]}{line}") from None
    if error:
        raise SeedError(f"{seed.origin}: {error}")


def check_program(seed: SeedFile, project: Project) -> None:
    """Raise SeedError for a project's program that can't even be parsed."""
    if project.suffix != ".py":
        return
    try:
        parsed(seed.source)
    except (SyntaxError, ValueError) as broken:
        line = f" in line {broken.lineno}" if isinstance(broken, SyntaxError) else ""
        raise SeedError(f"{seed.origin} is not Python: {broken.args[0]}{line}") from None


def read_kernel(path: Path) -> str:
    """Return a kernel file's text; SeedError where it can't be one."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise SeedError(f"{path} is larger than {LARGEST_BYTES // 10**6} MB: not a kernel")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SeedError(f"kernel file {path} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SeedError(f"kernel file {path} is not UTF-8 text") from error


def _from_run(name: str, runs_root: Path) -> SeedFile:
    run, _, candidate = name.rpartition(":")
    if not run or not candidate:
        raise NoSuchRun(f"--from takes RUN:CANDIDATE, for example nightly:c0017, not {name!r}")
    directory = find_run(run, runs_root)
    source = directory.source(candidate)
    directory.close()
    return SeedFile(source=source, origin=f"run {directory.name}, candidate {candidate}")


def _beside(project: Project) -> SeedFile:
    path = project.evaluator.with_name(f"initial_program{project.suffix}")
    if not path.is_file():
        raise SeedError(f"there is no {path}: give the project's first program with --kernel FILE")
    return SeedFile(source=read_kernel(path), origin=str(path))


def _packaged(track: Track) -> SeedFile:
    seed = seed_for(track.definition, track.device)
    if seed is None:
        raise SeedError(
            f"no seed kernel is packaged for {track.definition}: give yours with --kernel FILE"
        )
    return SeedFile(source=seed.source, origin=f"packaged with {seed.track}")
