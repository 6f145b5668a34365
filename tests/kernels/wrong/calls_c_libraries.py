# expect: REFUSED
# says: `import ctypes`
"""Calls a C library."""

import ctypes

import torch

ctypes.CDLL("libcublas.so.12")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
