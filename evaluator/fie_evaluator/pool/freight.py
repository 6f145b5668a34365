"""What travels between the engine and another machine: a data set there, kept files back."""

import hashlib
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from fie_evaluator.dataset.read import DefinitionInfo, find_definition, read_lines, read_workloads
from fie_evaluator.errors import FieError, TrackError
from fie_evaluator.track import Track

LARGEST_LOAD = 64 << 20
"Bytes; a larger data set must be on the other machine already."

Files = tuple[tuple[str, bytes], ...]
"Relative POSIX paths and contents."


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A track, with its data set where that is small."""

    track: Track
    fingerprint: str
    "Of the definition and its workloads."
    megabytes: float
    files: Files
    "Empty where the data set is too large to travel."


def pack_track(track: Track) -> Parcel:
    """Pack a track for another machine; TrackError if its data set is broken."""
    root = track.dataset
    definition = find_definition(root, track.definition)
    blobs = {each for one in read_workloads(root, definition.name) for each in one.blobs}
    texts = described(root, definition)
    total = sum(len(text) for _, text in texts) + sum(blob.stat().st_size for blob in blobs)
    inside = all(is_inside(blob.relative_to(root).as_posix()) for blob in blobs)
    files: Files = ()
    if total <= LARGEST_LOAD and inside:
        stored = ((blob.relative_to(root).as_posix(), blob.read_bytes()) for blob in sorted(blobs))
        files = (*texts, *stored)
    return Parcel(
        track=replace(track, dataset=root.absolute()),
        fingerprint=fingerprint(texts),
        megabytes=total / 2**20,
        files=files,
    )


def unpack_track(parcel: Parcel, home: Path) -> Track:
    """Return the track as this machine can judge it; TrackError if it lacks the data set.

    The same data set at the same place is taken as it is; else what travelled is
    written below `home`, once.
    """
    track = parcel.track
    if is_same(track, parcel.fingerprint):
        return track
    if not parcel.files:
        raise TrackError(
            f"The machine {socket.gethostname()} has no data set at {track.dataset} with the same "
            f"workloads for {track.definition}, and its {parcel.megabytes:.0f} MB are too much to "
            "be sent: copy it there, to the same path."
        )
    place = home / "datasets" / parcel.fingerprint
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=place.parent))
        write_files(parcel.files, fresh)
        try:
            fresh.rename(place)
        except OSError:
            # Another judge of this machine was faster.
            shutil.rmtree(fresh)
    return replace(track, dataset=place)


def is_same(track: Track, wanted: str) -> bool:
    """Whether this machine has the data set that a fingerprint was taken of."""
    try:
        definition = find_definition(track.dataset, track.definition)
        read_workloads(track.dataset, definition.name)
        return fingerprint(described(track.dataset, definition)) == wanted
    except (FieError, OSError):
        return False


def described(root: Path, definition: DefinitionInfo) -> Files:
    """Return the definition and its workloads as two files."""
    lines = [
        json.dumps(told, sort_keys=True)
        for path in sorted((root / "workloads").rglob("*.jsonl"))
        for told, _ in read_lines(path)
        if told.get("definition") == definition.name
    ]
    folder, name = definition.op_type or "other", definition.name
    return (
        (f"definitions/{folder}/{name}.json", definition.path.read_bytes()),
        (f"workloads/{folder}/{name}.jsonl", ("\n".join(lines) + "\n").encode()),
    )


def fingerprint(files: Iterable[tuple[str, bytes]]) -> str:
    """Return a digest of files and their names."""
    digest = hashlib.sha256()
    for name, content in files:
        digest.update(f"{name} {len(content)}\0".encode() + content)
    return digest.hexdigest()[:24]


def read_files(folder: Path) -> Files:
    """Read what a judging left in its candidate's folder; links are left out."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    found, total = [], 0
    for path in paths:
        total += path.stat().st_size
        if total > LARGEST_LOAD:
            break
        found.append((path.relative_to(folder).as_posix(), path.read_bytes()))
    return tuple(found)


def write_files(files: Files, folder: Path) -> None:
    """Write files below a folder, and nowhere else."""
    for name, content in files:
        if not is_inside(name):
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def is_inside(name: str) -> bool:
    """Whether a relative path stays below where it starts."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and bool(path.parts)


def writable_home(wished: Path) -> Path:
    """Return the cache folder that was asked for, or one of this machine's own."""
    try:
        wished.mkdir(parents=True, exist_ok=True)
        if os.access(wished, os.W_OK):
            return wished
    except OSError:
        pass
    own = Path(tempfile.gettempdir()) / f"fie-tui-cache-{os.getuid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    return own
