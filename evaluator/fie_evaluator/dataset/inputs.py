"""A workload's input sets: the same seed gives the same values, in any process."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import torch
from flashinfer_bench.bench.utils import gen_inputs, load_safetensors
from flashinfer_bench.data import RandomInput

from fie_evaluator.dataset.cache import Cache, load_values, store_values
from fie_evaluator.dataset.problem import Problem

UNSEEN_SEEDS = (1000, 1001, 1002, 1003)
"Input sets that a candidate meets once each, at addresses where it has seen others."
USUAL_UNSEEN = 2
"How many of them every candidate meets; the others only a suspicious one."
KEPT_SEEDS = (0, *UNSEEN_SEEDS[:USUAL_UNSEEN])
"Input sets that are kept on disk; others are rare enough to be drawn again."
LARGEST_KEPT = 64 << 20
"Bytes; on a GPU, or above this, drawing again is faster than reading."


@dataclass(slots=True, kw_only=True)
class InputSets:
    """Input sets by workload and seed; the latest stay in memory while they fit."""

    problem: Problem
    cache: Cache
    device: str
    budget_bytes: int
    salt: str = ""
    "Makes the values unforeseeable: nobody can draw them who doesn't know it."
    _held: dict[tuple[int, int], list[Any]] = field(default_factory=dict)

    def get(self, workload: int, seed: int) -> list[Any]:
        """Return one input set, in the definition's order; the caller must not change it."""
        held = self._held.pop((workload, seed), None)
        values = held if held is not None else self._find(workload, seed)
        self._held[workload, seed] = values
        while sum(map(_size, self._held.values())) > self.budget_bytes and len(self._held) > 1:
            self._held.pop(next(iter(self._held)))
        return values

    def drop(self, workload: int, seed: int) -> None:
        """Drop one input set: it isn't what it was."""
        self._held.pop((workload, seed), None)

    def forget(self) -> None:
        """Drop every input set that is held in memory."""
        self._held.clear()

    def keep(self, workload: int, seed: int) -> None:
        """Store an input set on disk if reading it beats drawing it."""
        path = self.cache.inputs(workload, seed)
        if self.device != "cpu" or seed not in KEPT_SEEDS or path.exists():
            return
        values = draw(self.problem, workload, seed, self.device, self.salt)
        if _size(values) <= LARGEST_KEPT:
            store_values(path, values)

    def _find(self, workload: int, seed: int) -> list[Any]:
        path = self.cache.inputs(workload, seed)
        if path.exists():
            return load_values(path, self.device)
        return draw(self.problem, workload, seed, self.device, self.salt)


def draw(problem: Problem, index: int, seed: int, device: str, salt: str = "") -> list[Any]:
    """Generate one input set as the library does, from a seed of its own."""
    workload = problem.workloads[index]
    has_blobs = any(spec.type == "safetensors" for spec in workload.inputs.values())
    blobs = load_safetensors(problem.definition, workload, problem.root) if has_blobs else {}
    # The generators are put back: their state would tell a candidate which inputs these are.
    with torch.random.fork_rng(devices=[] if device == "cpu" else [device]):
        torch.manual_seed(_number(salt, workload.uuid, seed))
        values: list[Any] = gen_inputs(problem.definition, workload, device, blobs)
    if seed in UNSEEN_SEEDS and not random_places(problem, index):
        # All inputs are stored blobs: no other draw exists, so scale what may be scaled.
        factor = 0.5 + 0.5 * _number(salt, workload.uuid, seed) / 2**56
        return [_scaled(value, factor) for value in values]
    return values


def random_places(problem: Problem, index: int) -> list[int]:
    """Return the positions of the inputs that are drawn rather than stored."""
    workload = problem.workloads[index]
    return [
        place
        for place, (name, spec) in enumerate(problem.definition.inputs.items())
        if spec.shape is not None
        and isinstance(workload.inputs.get(name, RandomInput()), RandomInput)
    ]


def clone(values: list[Any]) -> list[Any]:
    """Return copies of the tensors, in new memory."""
    return [value.clone() if isinstance(value, torch.Tensor) else value for value in values]


def _scaled(value: Any, factor: float) -> Any:
    if isinstance(value, torch.Tensor) and value.dtype in (
        *(torch.float32, torch.float16, torch.bfloat16),
    ):
        return value * factor
    return value


def _number(salt: str, uuid: str, seed: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{salt}/{uuid}/{seed}".encode()).digest()[:7], "big")


def _size(values: list[Any]) -> int:
    return sum(value.nbytes for value in values if isinstance(value, torch.Tensor))
