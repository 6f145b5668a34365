"""What a kernel is called on: fresh copies, but a large input is copied once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from fie_evaluator.inputs import InputSets
from fie_evaluator.problem import Problem, poison, poisoned_outputs

LARGE = 64 << 20
"Bytes; copying a larger input before each call would take longer than the call."


@dataclass(slots=True, kw_only=True)
class Arguments:
    """Makes the arguments of one call after the other, for one workload and seed at a time."""

    problem: Problem
    inputs: InputSets
    device: str
    with_outputs: bool
    "Whether outputs are passed in (destination passing) or returned."
    large: int = LARGE
    cache_bytes: int = 0
    "Size of the device's cache; that much of a large input is copied all the same."
    _of: tuple[int, int] | None = None
    _pristine: Sequence[Any] = ()
    _working: Sequence[Any] = ()

    def take(self, workload: int, seed: int) -> None:
        """Choose the input set that `fresh` copies."""
        if self._of == (workload, seed):
            return
        self._working = ()
        self._pristine = self.inputs.get(workload, seed)
        self._working = [
            copied(value) if self._is_large(value) else value for value in self._pristine
        ]
        self._of = (workload, seed)

    def fresh(self) -> list[Any]:
        """Return arguments in the definition's order, outputs poisoned.

        The device's cache is left as if everything had been copied: the last bytes
        of a large input, and all of a small one, have just been written.
        """
        inputs = [
            self._refreshed(kept, value) if kept is not value else copied(value)
            for kept, value in zip(self._working, self._pristine, strict=True)
        ]
        return [*inputs, *self._outputs()]

    def unharmed(self) -> bool:
        """Whether the calls left the large inputs as they were; copies everything if not."""
        same = all(
            equal_bytes(kept, value)
            for kept, value in zip(self._working, self._pristine, strict=True)
            if kept is not value
        )
        if not same:
            self.large = torch.iinfo(torch.int64).max
            self._of = None
        return same

    def _outputs(self) -> list[Any]:
        if not self.with_outputs or self._of is None:
            return []
        workload = self.problem.workloads[self._of[0]]
        return list(poisoned_outputs(self.problem.definition, workload, self.device))

    def _is_large(self, value: Any) -> bool:
        return isinstance(value, torch.Tensor) and value.nbytes > self.large

    def _refreshed(self, kept: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        if self.cache_bytes:
            flat_bytes(kept)[-self.cache_bytes :].copy_(flat_bytes(value)[-self.cache_bytes :])
        # A view of its own: what a candidate does to the tensor object is not kept.
        return kept.view_as(kept)


def copied(value: Any) -> Any:
    """Return a copy of a tensor in new memory; anything else as it is."""
    return value.clone() if isinstance(value, torch.Tensor) else value


def overwrite(args: list[Any], values: Sequence[Any], outputs_from: int) -> None:
    """Put other inputs at the same addresses, and poison the outputs."""
    for place, value in enumerate(values):
        if isinstance(value, torch.Tensor):
            args[place].copy_(value)
        else:
            args[place] = value
    for output in args[outputs_from:]:
        poison(output)


def equal_bytes(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors hold the same bits, NaN included."""
    return torch.equal(flat_bytes(one), flat_bytes(other))


def flat_bytes(tensor: torch.Tensor) -> torch.Tensor:
    """Return a contiguous tensor's bytes, without a copy."""
    return tensor.reshape(-1).view(torch.uint8)
