# expect: INCORRECT_NUMERICAL
"""Empties the weight after the first call, so that nothing is left to do."""

import torch

CALLS = []
EMPTY = []


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    if CALLS and not EMPTY:
        weight.zero_()
        EMPTY.append(1)
    CALLS.append(1)
    if weight.any():
        output.copy_(compute(hidden_states, weight))
    else:
        output.zero_()
