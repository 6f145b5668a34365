"""Says everything that is wrong with a trace set: headers only, nothing heavy, nothing written."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fie_evaluator.dataset.problems import (
    blob_problems,
    definition_problems,
    is_usable,
    workload_problems,
)
from fie_evaluator.dataset.read import parse_json, read_header, read_lines
from fie_evaluator.errors import TrackError


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, and what to do."""

    place: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a data set holds of one definition."""

    name: str
    op_type: str
    workloads: int
    blobs: int
    blob_bytes: int
    routing: str
    '"synthetic" where a blob says that it was drawn, else "recorded"; "–" without blobs.'
    problems: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What a whole data set holds, and what is wrong with it."""

    definitions: tuple[Held, ...]
    findings: tuple[Finding, ...]


@dataclass(slots=True, kw_only=True)
class _Tally:
    """One definition's counts while the files are read."""

    told: Mapping[str, Any]
    workloads: int = 0
    blobs: dict[Path, Mapping[str, Any]] = field(default_factory=dict)
    problems: int = 0

    def held(self, name: str) -> Held:
        """Return the counts."""
        remarks = [header.get("__metadata__", {}) for header in self.blobs.values()]
        drawn = any(remark.get("routing") == "synthetic" for remark in remarks)
        return Held(
            name=name,
            op_type=str(self.told["op_type"]),
            workloads=self.workloads,
            blobs=len(self.blobs),
            blob_bytes=sum(path.stat().st_size for path in self.blobs),
            routing=("synthetic" if drawn else "recorded") if remarks else "–",
            problems=self.problems,
        )


def inspect_dataset(root: Path) -> Inventory:
    """Look at every definition, workload and blob; TrackError where there is no data set."""
    if not (root / "definitions").is_dir():
        raise TrackError(f"{root} is no data set: it has no folder definitions/. Check the path.")
    inspection = _Inspection(root)
    inspection.read_definitions()
    inspection.read_workloads()
    return Inventory(
        definitions=tuple(tally.held(name) for name, tally in sorted(inspection.known.items())),
        findings=tuple(inspection.findings),
    )


class _Inspection:
    """Collects what is found on the way through a data set."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.known: dict[str, _Tally] = {}
        self.findings: list[Finding] = []
        self._uuids: Counter[tuple[str, str]] = Counter()
        self._broken: set[Path] = set()
        "Blobs that were told of already; several inputs may lie in one."

    def read_definitions(self) -> None:
        """Read every definition file."""
        paths = sorted((self.root / "definitions").rglob("*.json"))
        if not paths:
            self._find(f"{self.root}/definitions", "it holds no definition.", "Add <name>.json.")
        for path in paths:
            place = str(path.relative_to(self.root))
            try:
                told = parse_json(path.read_bytes(), place)
            except TrackError as error:
                self._find(place, str(error), "")
                continue
            self._read_definition(told, place)

    def read_workloads(self) -> None:
        """Read every workload file, then name the definitions without any."""
        for path in sorted((self.root / "workloads").rglob("*.jsonl")):
            try:
                lines = read_lines(path)
            except TrackError as error:
                self._find(str(path.relative_to(self.root)), str(error), "")
                continue
            for told, place in lines:
                self._read_workload(told, place.replace(f"{self.root}/", "", 1))
        for name, tally in self.known.items():
            if tally.workloads == 0:
                missing = f"workloads/{tally.told['op_type']}/{name}.jsonl"
                self._find(name, "it has no workload.", f"Add {missing}.", name)

    def _read_definition(self, told: Mapping[str, Any], place: str) -> None:
        problems = list(definition_problems(told))
        for problem in problems:
            self._find(place, problem, "Mend or remove the file.")
        if problems and not is_usable(told):
            return
        name = told["name"]
        if name in self.known:
            self._find(place, f"{name} is defined twice.", "Remove one of the files.", name)
            return
        self.known[name] = _Tally(told=told, problems=len(problems))

    def _read_workload(self, told: Mapping[str, Any], place: str) -> None:
        name, workload = told.get("definition"), told.get("workload")
        tally = self.known.get(name) if isinstance(name, str) else None
        if tally is None or not isinstance(name, str):
            self._find(place, f"there is no sound definition {name!r}.", "Add or mend it.")
            return
        tally.workloads += 1
        if not isinstance(workload, dict) or not isinstance(workload.get("inputs"), dict):
            self._find(place, "it is not a workload.", "Mend or remove the line.", name)
            return
        identifier = str(workload.get("uuid") or "")
        self._uuids[name, identifier] += 1
        if not identifier or self._uuids[name, identifier] == 2:
            problem = f"its uuid {identifier!r} is used twice." if identifier else "it has no uuid."
            self._find(place, problem, "Give it one of its own.", name)
        for problem in workload_problems(tally.told, workload):
            self._find(place, problem, "Mend or remove the line.", name)
        for given_name, given in workload["inputs"].items():
            if isinstance(given, dict) and given.get("type") == "safetensors":
                self._read_blob(name, place, workload, given_name, given)

    def _read_blob(
        self,
        name: str,
        place: str,
        workload: Mapping[str, Any],
        given_name: str,
        given: Mapping[str, Any],
    ) -> None:
        tally = self.known[name]
        told = str(given.get("path"))
        path = self.root / told
        if path in self._broken:
            return
        try:
            header = tally.blobs[path] if path in tally.blobs else read_header(path)
        except FileNotFoundError:
            self._broken.add(path)
            remedy = "Download the blob/ folder of the data set too."
            self._find(told, f"it is missing, and {place} needs it.", remedy, name)
            return
        except TrackError as error:
            self._broken.add(path)
            self._find(told, str(error), "", name)
            return
        tally.blobs[path] = header
        spec = tally.told["inputs"].get(given_name)
        if spec is not None:
            for problem in blob_problems(tally.told, workload, spec, header, given):
                self._find(told, problem, "Download the file again.", name)

    def _find(self, place: str, problem: str, remedy: str, definition: str = "") -> None:
        self.findings.append(Finding(place=place, problem=problem, remedy=remedy))
        if definition in self.known:
            self.known[definition].problems += 1
