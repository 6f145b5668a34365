"""Memory that a candidate's process and the checker share: one call's outputs pass through it."""

import ctypes
import mmap
from collections.abc import Sequence

import torch
from flashinfer_bench.data import Definition, Workload

from fie_evaluator.child.messages import Form
from fie_evaluator.dataset.problem import Problem

ALIGNMENT = 256
"Bytes; any dtype may start at a multiple of it."


class Exchange:
    """A stretch of shared memory, made before the processes that use it are forked.

    What lies in it is the candidate's word: a reader copies it before looking at it.
    """

    def __init__(self, size: int) -> None:
        """Map `size` bytes and touch them, so that nobody waits for pages later."""
        flags = mmap.MAP_SHARED | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE
        self._memory = mmap.mmap(-1, max(size, ALIGNMENT), flags=flags)

    def pin(self) -> None:
        """Tell CUDA of it in this process: copies become several times as fast."""
        cudart = torch.cuda.cudart()
        cudart.cudaHostRegister(self._bytes().data_ptr(), len(self._memory), 0)

    def wipe(self) -> None:
        """Forget everything: the last candidate's outputs are none of the next one's business."""
        start = ctypes.c_char.from_buffer(self._memory)
        ctypes.memset(ctypes.addressof(start), 0, len(self._memory))

    def write(self, outputs: Sequence[torch.Tensor]) -> tuple[Form, ...]:
        """Store one call's outputs and return their forms; what doesn't fit isn't stored."""
        forms = []
        offset = 0
        for output in outputs:
            forms.append(Form(shape=tuple(output.shape), dtype=str(output.dtype)))
            # The class's own methods: a candidate may have given the object others.
            plain = torch.Tensor.contiguous(torch.Tensor.detach(output))
            flat = plain.reshape(-1).view(torch.uint8)
            if offset + flat.numel() <= len(self._memory):
                self._bytes()[offset : offset + flat.numel()].copy_(flat)
            offset = aligned(offset + flat.numel())
        return tuple(forms)

    def read(self, definition: Definition, workload: Workload, device: str) -> list[torch.Tensor]:
        """Return copies of what lies there, taken for the definition's outputs."""
        shapes = definition.get_output_shapes(workload.axes)
        outputs = []
        offset = 0
        for shape, dtype in zip(shapes, definition.torch_output_dtypes, strict=True):
            size = torch.Size(shape or ()).numel() * dtype.itemsize
            stored = self._bytes()[offset : offset + size].to(device, copy=True)
            outputs.append(stored.view(dtype).reshape(tuple(shape or ())))
            offset = aligned(offset + size)
        return outputs

    def _bytes(self) -> torch.Tensor:
        return torch.frombuffer(self._memory, dtype=torch.uint8)


def exchange_for(problem: Problem) -> Exchange:
    """Return memory for the largest workload's outputs."""
    room = ALIGNMENT * len(problem.definition.outputs)
    sizes = [problem.output_bytes(index) for index in range(len(problem.workloads))]
    return Exchange(max(sizes) + room)


def expected_forms(definition: Definition, workload: Workload) -> tuple[Form, ...]:
    """Return what a workload's outputs must look like."""
    shapes = definition.get_output_shapes(workload.axes)
    return tuple(
        Form(shape=tuple(shape or ()), dtype=str(dtype))
        for shape, dtype in zip(shapes, definition.torch_output_dtypes, strict=True)
    )


def aligned(offset: int) -> int:
    """Return the next multiple of the alignment."""
    return -(-offset // ALIGNMENT) * ALIGNMENT
