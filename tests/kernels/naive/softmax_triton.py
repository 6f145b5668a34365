"""Row softmax in Triton: three passes over a row, in small blocks."""

import torch  # noqa: F401
import triton
import triton.language as tl

# EVOLVE-BLOCK-START
BLOCK_N = 32
NUM_WARPS = 1
NUM_STAGES = 1


@triton.jit
def softmax_kernel(x_ptr, output_ptr, columns, BLOCK_N: tl.constexpr):
    row = tl.program_id(0)
    offsets = tl.arange(0, BLOCK_N)
    largest = tl.full((BLOCK_N,), float("-inf"), dtype=tl.float32)
    for start in range(0, columns, BLOCK_N):
        mask = start + offsets < columns
        values = tl.load(x_ptr + row * columns + start + offsets, mask=mask, other=float("-inf"))
        largest = tl.maximum(largest, values.to(tl.float32))
    row_max = tl.max(largest, axis=0)
    sums = tl.zeros((BLOCK_N,), dtype=tl.float32)
    for start in range(0, columns, BLOCK_N):
        mask = start + offsets < columns
        values = tl.load(x_ptr + row * columns + start + offsets, mask=mask, other=float("-inf"))
        sums += tl.exp(values.to(tl.float32) - row_max)
    total = tl.sum(sums, axis=0)
    for start in range(0, columns, BLOCK_N):
        mask = start + offsets < columns
        values = tl.load(x_ptr + row * columns + start + offsets, mask=mask, other=float("-inf"))
        shares = tl.exp(values.to(tl.float32) - row_max) / total
        tl.store(output_ptr + row * columns + start + offsets, shares, mask=mask)


def kernel(x, output):
    """Write softmax over the last axis of x [rows, columns] into output."""
    rows, columns = x.shape
    softmax_kernel[(rows,)](
        x, output, columns, BLOCK_N=BLOCK_N, num_warps=NUM_WARPS, num_stages=NUM_STAGES
    )


# EVOLVE-BLOCK-END
