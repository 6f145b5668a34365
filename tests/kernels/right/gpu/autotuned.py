"""Lets Triton choose the number of warps in its first call."""

import torch
import triton
import triton.language as tl


@triton.autotune(
    configs=[triton.Config({}, num_warps=warps) for warps in (1, 2, 4, 8)], key=["columns"]
)
@triton.jit
def norm(x, w, out, columns: tl.constexpr):
    row = tl.program_id(0)
    at = tl.arange(0, columns)
    value = tl.load(x + row * columns + at)
    inverse = tl.rsqrt(tl.sum(value * value, axis=0) / columns + 1e-6)
    tl.store(out + row * columns + at, value * inverse * tl.load(w + at))


def kernel(hidden_states, weight, output):
    norm[(hidden_states.shape[0],)](hidden_states, weight, output, hidden_states.shape[1])
    torch.cuda.current_stream().synchronize()
