"""Uses Triton where it can and torch where it can't, and sets how torch multiplies."""

import torch

try:
    import triton
    import triton.language as tl

    HAS_TRITON = triton is not None and torch.cuda.is_available()
except ImportError:
    triton = None
    HAS_TRITON = False

torch.backends.cuda.matmul.allow_tf32 = True
torch.set_float32_matmul_precision("highest")

if HAS_TRITON:
    BLOCK: tl.constexpr = tl.constexpr(1024)

    @triton.heuristics({"EVEN": lambda args: args["columns"] % 1024 == 0})
    @triton.jit
    def norm(x, w, out, columns, EVEN: tl.constexpr):
        row = tl.program_id(0)
        at = tl.arange(0, BLOCK)
        value = tl.load(x + row * columns + at, mask=at < columns, other=0.0)
        inverse = tl.rsqrt(tl.sum(value * value, axis=0) / columns + 1e-6)
        scaled = value * inverse * tl.load(w + at, mask=at < columns, other=0.0)
        tl.store(out + row * columns + at, scaled, mask=at < columns)


def kernel(hidden_states, weight, output):
    if HAS_TRITON and hidden_states.is_cuda:
        norm[(hidden_states.shape[0],)](hidden_states, weight, output, hidden_states.shape[1])
    else:
        mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
        output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
