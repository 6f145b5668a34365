# expect: INCORRECT_NUMERICAL, REFUSED
"""Hopes that the memory it is given still holds its earlier result."""

import torch

CALLS = {}


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    shape = hidden_states.shape
    CALLS[shape] = CALLS.get(shape, 0) + 1
    found = torch.empty_like(output)
    if CALLS[shape] == 1:
        found.copy_(compute(hidden_states, weight))
    output.copy_(found)
