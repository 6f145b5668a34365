# expect: INCORRECT_NUMERICAL
# says: of the output matches
"""Computes half of the rows and writes them twice."""

import torch


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    half = (hidden_states.shape[0] + 1) // 2
    output[:half] = compute(hidden_states[:half], weight)
    output[half:] = output[: hidden_states.shape[0] - half]
