"""A workload's input sets: the same seed gives the same values, in any process."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import torch
from flashinfer_bench.bench.utils import gen_inputs, load_safetensors
from flashinfer_bench.data import RandomInput

from fie_evaluator.cache import Cache, load_values, store_values
from fie_evaluator.problem import Problem

CHANGED_SEED = 1000
"The input set that a candidate meets at addresses where it has seen others."
KEPT_SEEDS = (0, CHANGED_SEED)
"Input sets that are kept on disk; others are rare enough to be drawn again."
MANY = 1 << 20
"One-byte elements, from which they are moved eight at a time."
SIGNS = -0x7F7F7F7F7F7F7F80
"The sign bit of each of eight one-byte floats, as a signed 64-bit number."
LARGEST_KEPT = 64 << 20
"Bytes; on a GPU, or above this, drawing again is faster than reading."


@dataclass(slots=True, kw_only=True)
class InputSets:
    """Input sets by workload and seed; the latest stay in memory while they fit."""

    problem: Problem
    cache: Cache
    device: str
    budget_bytes: int
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
        values = draw(self.problem, workload, seed, self.device)
        if _size(values) <= LARGEST_KEPT:
            store_values(path, values)

    def _find(self, workload: int, seed: int) -> list[Any]:
        path = self.cache.inputs(workload, seed)
        if path.exists():
            return load_values(path, self.device)
        return draw(self.problem, workload, seed, self.device)


def draw(problem: Problem, index: int, seed: int, device: str) -> list[Any]:
    """Generate one input set as the library does, from a seed of its own."""
    workload = problem.workloads[index]
    has_blobs = any(spec.type == "safetensors" for spec in workload.inputs.values())
    blobs = load_safetensors(problem.definition, workload, problem.root) if has_blobs else {}
    # The generators are put back: their state would tell a candidate which inputs these are.
    with torch.random.fork_rng(devices=[] if device == "cpu" else [device]):
        torch.manual_seed(_number(workload.uuid, seed))
        values: list[Any] = gen_inputs(problem.definition, workload, device, blobs)
    if seed >= CHANGED_SEED and not random_places(problem, index):
        # All inputs are stored blobs: no other draw exists, so halve what may be halved.
        return [_halved(value) for value in values]
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


def shift(values: list[Any], places: list[int]) -> None:
    """Make some inputs values that were never seen, in place, as if drawn again.

    Rotates by one element, or by a word of eight where there are many small ones;
    floats also change sign in their first half, since random ones are symmetric and
    a sum must not stay what it was.
    """
    for place in places:
        value = values[place].view(-1)
        if value.element_size() > 1:
            value.copy_(value.roll(1))
            if value.is_floating_point():
                value[: (value.numel() + 1) // 2].neg_()
            continue
        whole = value.numel() % 8 == 0 and value.numel() >= MANY
        flat = value.view(torch.int64 if whole else torch.uint8)
        flat.copy_(flat.roll(1))
        if value.is_floating_point():
            flat[: (flat.numel() + 1) // 2].bitwise_xor_(SIGNS if whole else 0x80)


def _halved(value: Any) -> Any:
    if isinstance(value, torch.Tensor) and value.dtype in (
        *(torch.float32, torch.float16, torch.bfloat16),
    ):
        return value * 0.5
    return value


def _number(uuid: str, seed: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{uuid}/{seed}".encode()).digest()[:7], "big")


def _size(values: list[Any]) -> int:
    return sum(value.nbytes for value in values if isinstance(value, torch.Tensor))
