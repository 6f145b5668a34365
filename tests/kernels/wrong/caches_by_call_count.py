# expect: REFUSED
# says: results are cached
"""Computes on its first calls, then replays the last result of each shape."""

import torch

CALLS = {}
RESULTS = {}


def kernel(hidden_states, weight, output):
    shape = hidden_states.shape
    CALLS[shape] = CALLS.get(shape, 0) + 1
    if CALLS[shape] <= 3:
        mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
        RESULTS[shape] = hidden_states * torch.rsqrt(mean + 1e-6) * weight
    output.copy_(RESULTS[shape])
