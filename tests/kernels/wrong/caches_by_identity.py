# expect: REFUSED, INCORRECT_NUMERICAL
"""Computes once per tensor object's address and replays the result."""

import torch

RESULTS = {}


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    key = (id(hidden_states), hidden_states.shape)
    if key not in RESULTS:
        RESULTS[key] = compute(hidden_states, weight)
    output.copy_(RESULTS[key])
