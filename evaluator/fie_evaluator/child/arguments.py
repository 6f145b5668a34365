"""What a kernel is called on: fresh copies of small inputs, large ones as they lie."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from fie_evaluator.dataset.inputs import InputSets
from fie_evaluator.dataset.problem import Problem, poison, poisoned_outputs

ROW = 1 << 10
"Words; a checksum weighs each sum over rows and over columns of so many."
LARGE = 64 << 20
"Bytes; copying a larger input before each call would take longer than the call."


@dataclass(slots=True, kw_only=True)
class Arguments:
    """Makes the arguments of one call after the other, for one workload and seed at a time.

    A large input isn't copied but summed up, before and after: a kernel that wrote
    to it is found out, and from then on everything is copied.
    """

    problem: Problem
    inputs: InputSets
    device: str
    with_outputs: bool
    "Whether outputs are passed in (destination passing) or returned."
    large: int = LARGE
    cache_bytes: int = 0
    "Size of the device's cache: as much of a large input is rewritten before each call."
    _of: tuple[int, int] | None = None
    _values: Sequence[Any] = ()
    _sums: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def take(self, workload: int, seed: int) -> None:
        """Choose the input set that `fresh` copies."""
        self._values = self.inputs.get(workload, seed)
        self._of = (workload, seed)
        if self._of not in self._sums:
            self._sums[self._of] = self._sum_up()

    def fresh(self) -> list[Any]:
        """Return arguments in the definition's order, outputs poisoned.

        The device's cache is left as if everything had been copied: the last bytes
        of a large input, and all of a small one, have just been written.
        """
        inputs = [self._rewritten(v) if self._is_large(v) else copied(v) for v in self._values]
        return [*inputs, *self._outputs()]

    def unharmed(self) -> bool:
        """Whether the calls left the large inputs as they were; copies everything if not."""
        if self._of is None or self._sums[self._of] == self._sum_up():
            return True
        self.inputs.drop(*self._of)
        self.large = torch.iinfo(torch.int64).max
        self._sums.clear()
        return False

    def _outputs(self) -> list[Any]:
        if not self.with_outputs or self._of is None:
            return []
        workload = self.problem.workloads[self._of[0]]
        return list(poisoned_outputs(self.problem.definition, workload, self.device))

    def _is_large(self, value: Any) -> bool:
        return isinstance(value, torch.Tensor) and value.nbytes > self.large

    def _sum_up(self) -> list[int]:
        return [checksum(value) for value in self._values if self._is_large(value)]

    def _rewritten(self, value: torch.Tensor) -> torch.Tensor:
        if self.cache_bytes:
            words(value)[-self.cache_bytes // 8 :].bitwise_or_(0)
        # A view of its own: what a candidate does to the tensor object is not kept.
        return value.view_as(value)


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


def checksum(tensor: torch.Tensor) -> int:
    """Return a number that changes with a large tensor's content, and with its order."""
    flat = words(tensor)
    rows = flat[: flat.numel() // ROW * ROW].view(-1, ROW).sum(dim=0)
    weights = torch.arange(1, ROW + 1, device=rows.device)
    columns = flat[: flat.numel() // ROW * ROW].view(ROW, -1).sum(dim=1)
    return int((rows * weights).sum() + (columns * weights * weights).sum() + flat.sum())


def words(tensor: torch.Tensor) -> torch.Tensor:
    """Return a contiguous tensor's bytes as 64-bit words, without a copy; a rest is left out."""
    flat = tensor.reshape(-1).view(torch.uint8)
    return flat[: flat.numel() // 8 * 8].view(torch.int64)
