# expect: REFUSED
# says: results are cached
"""Computes once per address and replays the result."""

import torch

RESULTS = {}


def kernel(hidden_states, weight, output):
    key = (hidden_states.data_ptr(), hidden_states.shape)
    if key not in RESULTS:
        mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
        RESULTS[key] = hidden_states * torch.rsqrt(mean + 1e-6) * weight
    output.copy_(RESULTS[key])
