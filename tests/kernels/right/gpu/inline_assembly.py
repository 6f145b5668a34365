"""Has one line of PTX in a Triton kernel."""

import torch
import triton
import triton.language as tl


@triton.jit
def norm(x, w, out, columns: tl.constexpr):
    row = tl.program_id(0)
    at = tl.arange(0, columns)
    value = tl.load(x + row * columns + at)
    mean = tl.sum(value * value, axis=0) / columns + 1e-6
    root = tl.inline_asm_elementwise(
        "sqrt.rn.f32 $0, $1;", "=f,f", [mean], dtype=tl.float32, is_pure=True, pack=1
    )
    tl.store(out + row * columns + at, value / root * tl.load(w + at))


def kernel(hidden_states, weight, output):
    norm[(hidden_states.shape[0],)](hidden_states, weight, output, hidden_states.shape[1])
