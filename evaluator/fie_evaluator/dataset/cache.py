"""What is measured once and kept on disk: inputs, reference outputs, reference latencies."""

import fcntl
import hashlib
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import safe_open

from fie_evaluator.dataset.problem import Problem

FORMAT = "1"
"Part of every key; change it when the meaning of a stored file changes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """Files under one folder, keyed by everything that their content depends on."""

    root: Path
    keys: tuple[str, ...]
    "One per workload."

    def salt(self) -> str:
        """Return what makes this cache's input sets unforeseeable; drawn once, then kept."""
        path = self.root / "salt"
        with self.lock():
            if not path.exists():
                _replace(path, secrets.token_hex(16).encode())
            return path.read_text(encoding="ascii")

    @property
    def inputs_root(self) -> Path:
        """The only part of the cache that a candidate's process may read."""
        return self.root / "inputs"

    def inputs(self, workload: int, seed: int) -> Path:
        """Where one input set is kept."""
        return self.inputs_root / self.keys[workload] / f"{seed}.safetensors"

    def outputs(self, workload: int, seed: int) -> Path:
        """Where the reference's outputs for one input set are kept."""
        return self.root / "answers" / self.keys[workload] / f"{seed}.safetensors"

    def latency(self, workload: int, timing: str) -> Path:
        """Where the reference's latency under one timing flavour is kept."""
        flavour = hashlib.sha256(timing.encode()).hexdigest()[:12]
        return self.root / "latencies" / self.keys[workload] / f"{flavour}.json"

    def floor(self, workload: int) -> Path:
        """Where the least time that the device allows a workload is kept."""
        return self.root / "floors" / f"{self.keys[workload]}.json"

    def of_device(self, name: str) -> Path:
        """Where something measured once for all workloads together is kept."""
        together = hashlib.sha256("".join(self.keys).encode()).hexdigest()[:24]
        return self.root / "device" / f"{name}-{together}.json"

    @property
    def triton(self) -> Path:
        """A Triton cache with what every kernel needs; candidates get copies."""
        return self.root / "triton" / f"{version('torch')}-{version('triton')}"

    @property
    def launchers(self) -> Path:
        """Where compiled modules lie that Triton generated; candidates may read them."""
        return self.root / "launchers" / f"{version('triton')}-{sys.implementation.cache_tag}"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other judges from measuring the same reference at the same time."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def open_cache(root: Path, problem: Problem, device: str, device_label: str) -> Cache:
    """Return the cache for one problem on one device.

    The salt is part of the keys: an answer to inputs drawn with another one fails every kernel.
    """
    common = hashlib.sha256()
    versions = (version("torch"), version("flashinfer-bench"))
    salt = Cache(root=root, keys=()).salt()
    definition = problem.definition.model_dump_json()
    for part in (FORMAT, salt, device, device_label, *versions, definition):
        common.update(part.encode() + b"\0")
    return Cache(root=root, keys=tuple(_keys(problem, common.hexdigest())))


def store_values(path: Path, values: list[Any]) -> None:
    """Write tensors and scalars, in order, so that a reader sees all or nothing."""
    tensors = {
        str(place): value.detach().to("cpu").contiguous().clone()
        for place, value in enumerate(values)
        if isinstance(value, torch.Tensor)
    }
    scalars = {
        str(place): json.dumps(value)
        for place, value in enumerate(values)
        if not isinstance(value, torch.Tensor)
    }
    _replace(path, safetensors.torch.save(tensors, metadata=scalars))


def load_values(path: Path, device: str) -> list[Any]:
    """Return what `store_values` wrote, on `device`."""
    values: dict[int, Any] = {}
    with safe_open(path, framework="pt", device=device) as stored:
        for place, text in (stored.metadata() or {}).items():
            values[int(place)] = json.loads(text)
        for place in stored.keys():
            values[int(place)] = stored.get_tensor(place)
    return [values[place] for place in sorted(values)]


def store_json(path: Path, document: object) -> None:
    """Write a JSON document so that a reader sees all or nothing."""
    _replace(path, json.dumps(document).encode())


def _keys(problem: Problem, common: str) -> Iterator[str]:
    for workload in problem.workloads:
        digest = hashlib.sha256(common.encode())
        digest.update(workload.model_dump_json().encode())
        blobs = {spec.path for spec in workload.inputs.values() if spec.type == "safetensors"}
        for blob in sorted(blobs):
            digest.update(hashlib.sha256((problem.root / blob).read_bytes()).digest())
        yield digest.hexdigest()[:24]


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
    os.replace(temporary, path)
