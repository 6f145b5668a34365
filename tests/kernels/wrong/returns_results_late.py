# expect: REFUSED
# says: results are cached
"""Writes the previous call's result, and computes this one's for the next."""

import torch

NEXT = {}


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    shape = hidden_states.shape
    output.copy_(NEXT[shape] if shape in NEXT else compute(hidden_states, weight))
    NEXT[shape] = compute(hidden_states, weight)
