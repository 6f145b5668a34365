"""Reads and checks a trace set as plain JSON: no torch, and nothing is created."""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fie_evaluator.errors import TrackError
from fie_evaluator.seeds import nearest

MAX_HEADER_BYTES = 100_000_000
"The safetensors format's own limit."

SHORT_AXIS_NAMES = {"seq_len": "T", "num_tokens": "T", "batch_size": "B"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionInfo:
    """One definition: what a kernel is given and what it must write."""

    name: str
    op_type: str
    description: str
    axes: tuple[tuple[str, int | None], ...]
    "Name and size; None for a variable axis."
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    path: Path
    "Its JSON file."

    @property
    def parameters(self) -> tuple[str, ...]:
        """What a kernel in destination-passing style takes, in order."""
        return self.inputs + self.outputs


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadInfo:
    """One workload: the sizes of the variable axes, and the files that it needs."""

    uuid: str
    axes: tuple[tuple[str, int], ...]
    blobs: tuple[Path, ...]
    synthetic: bool
    "Whether a blob says that its routing was drawn, not recorded."

    @property
    def label(self) -> str:
        """The variable axes as the screen shows them, for example "T=7"."""
        return workload_label(dict(self.axes)) or self.uuid[:8]


def workload_label(axes: Mapping[str, int]) -> str:
    """Return the variable axes in one short line."""
    return ", ".join(f"{SHORT_AXIS_NAMES.get(name, name)}={size}" for name, size in axes.items())


def read_definitions(root: Path) -> tuple[DefinitionInfo, ...]:
    """Read every definition of a trace set, sorted by name."""
    if not root.exists():
        raise TrackError(f"The data set {root} does not exist. Check the path.")
    folder = root / "definitions"
    paths = sorted(folder.rglob("*.json")) if folder.is_dir() else []
    if not paths:
        raise TrackError(
            f"The data set {root} is empty: it has no definitions/<op_type>/<name>.json. "
            "Give the root of a flashinfer-trace data set."
        )
    return tuple(sorted((read_definition(path) for path in paths), key=lambda each: each.name))


def find_definition(root: Path, name: str) -> DefinitionInfo:
    """Return one definition of a trace set; an unknown one names the nearest."""
    definitions = {definition.name: definition for definition in read_definitions(root)}
    if name not in definitions:
        raise TrackError(
            f"The data set {root} has no definition {name!r}. {nearest(name, list(definitions))}"
        )
    return definitions[name]


def read_definition(path: Path) -> DefinitionInfo:
    """Read one definition file."""
    told = parse_json(path.read_bytes(), str(path))
    try:
        return DefinitionInfo(
            name=told["name"],
            op_type=told["op_type"],
            description=told.get("description") or "",
            axes=tuple((name, axis.get("value")) for name, axis in told["axes"].items()),
            inputs=tuple(told["inputs"]),
            outputs=tuple(told["outputs"]),
            path=path,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise TrackError(
            f"{path} is not a definition: {described(error)}. Mend or remove the file."
        ) from error


def read_workloads(root: Path, definition: str) -> tuple[WorkloadInfo, ...]:
    """Read a definition's workloads, in the file's order, and check every blob they need."""
    folder = root / "workloads"
    paths = sorted(folder.rglob(f"{definition}.jsonl")) or sorted(folder.rglob("*.jsonl"))
    workloads = tuple(
        read_workload(root, told, place)
        for path in paths
        for told, place in read_lines(path)
        if told.get("definition") == definition
    )
    if not workloads:
        raise TrackError(
            f"The data set {root} has no workloads for {definition}: "
            f"add workloads/<op_type>/{definition}.jsonl."
        )
    return workloads


def read_lines(path: Path) -> list[tuple[Any, str]]:
    """Parse a JSON-lines file into objects, each with its place for messages."""
    lines = path.read_bytes().splitlines()
    places = [(line, f"{path}, line {number}") for number, line in enumerate(lines, start=1)]
    return [(parse_json(line, place), place) for line, place in places if line.strip()]


def read_workload(root: Path, told: Any, place: str) -> WorkloadInfo:
    """Read one workload and check its blobs."""
    try:
        workload = told["workload"]
        stored = [
            (root / given["path"], given["tensor_key"])
            for given in workload["inputs"].values()
            if given["type"] == "safetensors"
        ]
        uuid, axes = workload["uuid"], tuple(workload["axes"].items())
    except (KeyError, TypeError, AttributeError) as error:
        raise TrackError(f"{place} is not a workload: {described(error)}. Mend it.") from error
    routings = [read_blob_header(path, key, root) for path, key in stored]
    return WorkloadInfo(
        uuid=uuid,
        axes=axes,
        blobs=tuple(dict.fromkeys(path for path, _ in stored)),
        synthetic=any(metadata.get("routing") == "synthetic" for metadata in routings),
    )


def read_blob_header(path: Path, key: str, root: Path) -> Mapping[str, str]:
    """Check that a blob holds a tensor named `key`, and return the blob's own remarks."""
    if not path.is_file():
        raise TrackError(
            f"A workload needs {path}, which does not exist: download the blob/ folder of the "
            f"data set {root} too."
        )
    header = read_header(path)
    if key not in header:
        raise TrackError(f"{path} holds no tensor {key!r}: download the file again.")
    metadata: Mapping[str, str] = header.get("__metadata__", {})
    return metadata


def read_header(path: Path) -> Mapping[str, Any]:
    """Read a safetensors file's JSON header and check that its data is all there."""
    with path.open("rb") as file:
        start = file.read(8)
        if start == b"version ":
            raise TrackError(f"{path} is only a Git LFS pointer: run git lfs pull.")
        size = struct.unpack("<Q", start)[0] if len(start) == 8 else MAX_HEADER_BYTES + 1
        header = file.read(size) if size <= MAX_HEADER_BYTES else b""
    told = parse_json(header, f"{path} (its header)")
    ends = [spec["data_offsets"][1] for name, spec in told.items() if name != "__metadata__"]
    if path.stat().st_size < 8 + len(header) + max(ends, default=0):
        raise TrackError(f"{path} is cut short: download the file again.")
    return dict(told)


def parse_json(text: bytes, place: str) -> Any:
    """Parse a JSON object; a broken one is a TrackError that names its place."""
    try:
        told = json.loads(text)
    except ValueError as error:
        raise TrackError(f"{place} is not valid JSON: {error}. Mend or remove it.") from error
    if not isinstance(told, dict):
        raise TrackError(f"{place} is not a JSON object. Mend or remove it.")
    return told


def described(error: Exception) -> str:
    """Say in a few words what a malformed object lacks."""
    return f"the key {error} is missing" if isinstance(error, KeyError) else str(error)
