"""RMSNorm in Triton: a row per program, two passes in small blocks."""

import torch  # noqa: F401
import triton
import triton.language as tl

# EVOLVE-BLOCK-START
EPSILON = 1e-6
BLOCK_SIZE = 64
NUM_WARPS = 1


@triton.jit
def rmsnorm_kernel(x_ptr, weight_ptr, output_ptr, hidden, epsilon, BLOCK_SIZE: tl.constexpr):
    row = tl.program_id(0)
    offsets = tl.arange(0, BLOCK_SIZE)
    squares = tl.zeros((BLOCK_SIZE,), dtype=tl.float32)
    for start in range(0, hidden, BLOCK_SIZE):
        mask = start + offsets < hidden
        values = tl.load(x_ptr + row * hidden + start + offsets, mask=mask, other=0.0)
        values = values.to(tl.float32)
        squares += values * values
    inverse = 1.0 / tl.sqrt(tl.sum(squares, axis=0) / hidden + epsilon)
    for start in range(0, hidden, BLOCK_SIZE):
        mask = start + offsets < hidden
        values = tl.load(x_ptr + row * hidden + start + offsets, mask=mask, other=0.0)
        weight = tl.load(weight_ptr + start + offsets, mask=mask, other=0.0)
        scaled = values.to(tl.float32) * inverse * weight.to(tl.float32)
        tl.store(output_ptr + row * hidden + start + offsets, scaled, mask=mask)


def kernel(hidden_states, weight, output):
    """Write hidden_states [rows, hidden] over its rows' root mean square, times weight."""
    rows, hidden = hidden_states.shape
    rmsnorm_kernel[(rows,)](
        hidden_states,
        weight,
        output,
        hidden,
        EPSILON,
        BLOCK_SIZE=BLOCK_SIZE,
        num_warps=NUM_WARPS,
    )


# EVOLVE-BLOCK-END
