"""Matrix product in Triton: a small tile per program."""

import torch  # noqa: F401
import triton
import triton.language as tl

# EVOLVE-BLOCK-START
BLOCK_M = 16
BLOCK_N = 16
BLOCK_K = 16
NUM_WARPS = 2
NUM_STAGES = 1


@triton.jit
def gemm_kernel(
    a_ptr,
    b_ptr,
    output_ptr,
    m,
    n,
    k,
    BLOCK_M: tl.constexpr,
    BLOCK_N: tl.constexpr,
    BLOCK_K: tl.constexpr,
):
    rows = tl.program_id(0) * BLOCK_M + tl.arange(0, BLOCK_M)
    columns = tl.program_id(1) * BLOCK_N + tl.arange(0, BLOCK_N)
    inner = tl.arange(0, BLOCK_K)
    total = tl.zeros((BLOCK_M, BLOCK_N), dtype=tl.float32)
    for start in range(0, k, BLOCK_K):
        depth = start + inner
        left_mask = (rows[:, None] < m) & (depth[None, :] < k)
        left = tl.load(a_ptr + rows[:, None] * k + depth[None, :], mask=left_mask, other=0.0)
        right_mask = (columns[None, :] < n) & (depth[:, None] < k)
        right = tl.load(b_ptr + columns[None, :] * k + depth[:, None], mask=right_mask, other=0.0)
        total += tl.dot(left, right)
    mask = (rows[:, None] < m) & (columns[None, :] < n)
    tl.store(output_ptr + rows[:, None] * n + columns[None, :], total, mask=mask)


def kernel(a, b, output):
    """Write a [m, k] times the transpose of b [n, k] into output [m, n]."""
    m, k = a.shape
    n = b.shape[0]
    grid = (triton.cdiv(m, BLOCK_M), triton.cdiv(n, BLOCK_N))
    gemm_kernel[grid](
        a,
        b,
        output,
        m,
        n,
        k,
        BLOCK_M=BLOCK_M,
        BLOCK_N=BLOCK_N,
        BLOCK_K=BLOCK_K,
        num_warps=NUM_WARPS,
        num_stages=NUM_STAGES,
    )


# EVOLVE-BLOCK-END
