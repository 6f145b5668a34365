# expect: REFUSED
# says: `import atexit`
"""Computes when the process ends."""

import atexit

import torch

atexit.register(print)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
