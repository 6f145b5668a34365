# expect: REFUSED
# says: `triton.knobs`
"""Hooks into every launch by Triton's settings."""

import torch
import triton

triton.knobs.runtime.launch_enter_hook = print


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
