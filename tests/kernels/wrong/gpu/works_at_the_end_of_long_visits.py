# expect: REFUSED, INCORRECT_NUMERICAL
# on: gpu
# mode: official
"""Computes only in the calls whose outputs are looked at, as counted from the settings."""

import torch

CALLS = {}
LOOKED_AT = (0, 8, 16)


def compute(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + 1e-6) * weight


def kernel(hidden_states, weight, output):
    shape = hidden_states.shape
    CALLS[shape] = CALLS.get(shape, -1) + 1
    if CALLS[shape] in LOOKED_AT or CALLS[shape] > max(LOOKED_AT):
        output.copy_(compute(hidden_states, weight))
