# expect: REFUSED
# says: assigning `triton.runtime.JITFunction.run`
"""Replaces how a Triton kernel is launched."""

import torch
import triton

triton.runtime.JITFunction.run = print


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
