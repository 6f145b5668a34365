# expect: REFUSED
# says: results are cached
"""Computes once per shape and replays the result."""

import torch

RESULTS = {}


def kernel(hidden_states, weight, output):
    if hidden_states.shape not in RESULTS:
        mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
        RESULTS[hidden_states.shape] = hidden_states * torch.rsqrt(mean + 1e-6) * weight
    output.copy_(RESULTS[hidden_states.shape])
