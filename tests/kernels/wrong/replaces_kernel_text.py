# expect: REFUSED
# says: `copy._unsafe_update_src`
"""Gives a Triton kernel other source text than was read."""

import torch
import triton


@triton.jit
def copy(x):
    pass


copy._unsafe_update_src("def copy(x): pass")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
