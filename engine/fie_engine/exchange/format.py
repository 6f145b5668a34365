"""OpenEvolve's checkpoint folder as plain values, read and checked without OpenEvolve."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fie_engine.errors import CheckpointError
from fie_engine.events import RunCreated

METADATA, PROGRAMS, ARTIFACTS = "metadata.json", "programs", "artifacts"
OURS = "fie_tui"
"Our own key in the metadata; OpenEvolve reads past it."
FORMAT = 1
LONGEST_ARTIFACT = 20_000
NAMES = re.compile(r"checkpoint_(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What our own checkpoints say of where their scores come from."""

    run: str
    definition: str
    device: str
    timing: str
    score_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProgram:
    """A program as a checkpoint holds it."""

    id: str
    code: str
    parent: str
    generation: int
    iteration: int
    timestamp: float
    metrics: tuple[tuple[str, Any], ...]
    artifacts: tuple[tuple[str, str], ...]
    note: str
    migrant: bool
    "Whether it is a copy that came from another island."


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A whole population, programs in the order in which they were found."""

    path: Path
    iteration: int
    programs: tuple[StoredProgram, ...]
    islands: tuple[tuple[str, ...], ...]
    archive: tuple[str, ...]
    generations: tuple[int, ...]
    best: str
    origin: Origin | None
    "None for one that OpenEvolve wrote itself."


def origin_of(created: RunCreated | None) -> Origin | None:
    """Return where a run's scores come from; None before it began."""
    if created is None:
        return None
    return Origin(
        run=created.run,
        definition=created.definition,
        device=created.device,
        timing=created.timing,
        score_name=created.score_name,
    )


def read_checkpoint(path: Path) -> Checkpoint:
    """Return a checkpoint that is whole; CheckpointError names what is wrong and the remedy."""
    metadata = _metadata(path)
    origin = _origin(path, metadata.get(OURS))
    files = sorted((path / PROGRAMS).glob("*.json"))
    programs = [_program(path, file) for file in files]
    if not programs:
        raise CheckpointError(f"{path} holds no programs: {_remedy(path)}")
    known = {program.id for program in programs}
    islands = _islands(path, metadata, [program.id for program in programs])
    missing = [name for island in islands for name in island if name not in known]
    if missing:
        raise CheckpointError(
            f"{path} is torn: {len(missing)} of its programs have no file, first "
            f"{PROGRAMS}/{missing[0]}.json: {_remedy(path)}"
        )
    # A migrant has no iteration of its own, and its original is to be met first.
    programs.sort(key=lambda each: (each.migrant, each.iteration, each.timestamp, each.id))
    generations = metadata.get("island_generations") or [0] * len(islands)
    return Checkpoint(
        path=path,
        iteration=int(metadata.get("last_iteration") or 0),
        programs=tuple(programs),
        islands=islands,
        archive=tuple(name for name in metadata.get("archive", ()) if name in known),
        generations=tuple(generations) if len(generations) == len(islands) else (),
        best=str(metadata.get("best_program_id") or ""),
        origin=origin,
    )


def _metadata(path: Path) -> Mapping[str, Any]:
    file = path / METADATA
    if not file.is_file():
        raise CheckpointError(f"{path} is no checkpoint, it has no {METADATA}: {_remedy(path)}")
    told = _json(path, file)
    if not isinstance(told.get("islands", []), list):
        raise CheckpointError(f"{file}: islands is no list: {_remedy(path)}")
    if not {"islands", "last_iteration", "best_program_id"} & set(told):
        raise CheckpointError(
            f"{file} has none of OpenEvolve's keys: it is of a version that isn't known here "
            "(0.4 is), or no checkpoint"
        )
    return told


def _islands(
    path: Path, metadata: Mapping[str, Any], names: list[str]
) -> tuple[tuple[str, ...], ...]:
    """Return who is on which island; an old checkpoint that doesn't say is dealt out by turns."""
    islands = metadata.get("islands") or []
    try:
        told = tuple(tuple(str(name) for name in island) for island in islands)
    except TypeError:
        raise CheckpointError(f"{path / METADATA}: islands isn't a list of lists") from None
    if any(told):
        return told
    count = max(1, len(told))
    return tuple(tuple(names[place::count]) for place in range(count))


def _program(path: Path, file: Path) -> StoredProgram:
    told = _json(path, file)
    if not isinstance(told.get("code"), str) or not told.get("id"):
        raise CheckpointError(
            f"{file} has no id or no code: it is of a version of OpenEvolve that isn't known here"
        )
    found = told.get("metadata")
    metadata: dict[str, Any] = found if isinstance(found, dict) else {}
    note = told.get("changes_description") or metadata.get("changes") or ""
    try:
        return StoredProgram(
            id=str(told["id"]),
            code=told["code"],
            parent=str(told.get("parent_id") or ""),
            generation=int(told.get("generation") or 0),
            iteration=int(told.get("iteration_found") or 0),
            timestamp=float(told.get("timestamp") or 0.0),
            metrics=tuple((told.get("metrics") or {}).items()),
            artifacts=tuple(_artifacts(path, told).items()),
            note=" ".join(str(note).split()),
            migrant=bool(metadata.get("migrant")),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(f"{file}: {error}: {_remedy(path)}") from None


def _artifacts(path: Path, told: Mapping[str, Any]) -> dict[str, str]:
    """Return the small artifacts, and the large ones where their folder is still there."""
    try:
        small = json.loads(told.get("artifacts_json") or "{}")
    except ValueError:
        small = {}
    found = {str(name): str(text) for name, text in small.items()}
    folder = told.get("artifact_dir")
    places = [Path(folder), path / ARTIFACTS / str(told["id"])] if folder else []
    for place in places:
        if place.is_dir():
            files = (file for file in sorted(place.iterdir()) if file.is_file())
            found |= {file.name: file.read_text("utf-8", "replace") for file in files}
            break
    return {name: text[:LONGEST_ARTIFACT] for name, text in found.items()}


def _origin(path: Path, told: Any) -> Origin | None:
    if told is None:
        return None
    if not isinstance(told, dict) or not isinstance(told.get("format"), int):
        raise CheckpointError(f"{path / METADATA}: {OURS} is damaged: {_remedy(path)}")
    if told["format"] > FORMAT:
        raise CheckpointError(
            f"{path} was written by a newer fie-tui (checkpoint format {told['format']}, "
            f"this one reads up to {FORMAT}): update fie-tui to import it"
        )
    names = ("run", "definition", "device", "timing", "score_name")
    return Origin(**{name: str(told.get(name, "")) for name in names})


def _json(path: Path, file: Path) -> dict[str, Any]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CheckpointError(f"{file} can't be read: {error.strerror}") from error
    except ValueError as error:
        raise CheckpointError(f"{file} is torn ({error}): {_remedy(path)}") from None
    if not isinstance(told, dict):
        raise CheckpointError(f"{file} is no JSON object: {_remedy(path)}")
    return told


def _remedy(path: Path) -> str:
    """Name the newest checkpoint that lies in the folder or beside it, if there is one."""
    for folder in (path, path / "checkpoints", path.parent):
        found = {
            int(match[1]): each
            for each in (folder.iterdir() if folder.is_dir() else ())
            if (match := NAMES.fullmatch(each.name)) and each != path
            if (each / METADATA).is_file()
        }
        if found:
            return f"try {found[max(found)]}"
    return "give a folder such as openevolve_output/checkpoints/checkpoint_100"
