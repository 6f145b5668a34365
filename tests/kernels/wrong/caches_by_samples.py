# expect: REFUSED
"""Recognises inputs by a few of their elements, and replays their result."""

import torch

RESULTS = {}


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    key = (hidden_states.shape, *hidden_states.view(-1)[::331][:8].tolist())
    if key not in RESULTS:
        RESULTS[key] = compute(hidden_states, weight)
    output.copy_(RESULTS[key])
