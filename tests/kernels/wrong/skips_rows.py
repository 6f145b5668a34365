# expect: INCORRECT_NUMERICAL
# says: of the output matches
"""Leaves out a tenth of the rows, by writing zeros."""

import torch


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    kept = max(1, hidden_states.shape[0] * 9 // 10)
    output[kept:] = 0
    output[:kept] = compute(hidden_states[:kept], weight)
