# expect: INCORRECT_NUMERICAL
# says: was it written?
"""Leaves the result in an input."""

import torch


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    hidden_states.copy_(compute(hidden_states, weight))
