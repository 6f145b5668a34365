# expect: INCORRECT_NUMERICAL
# on: cpu
"""Recognises the judge by the number of its threads."""

import torch


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    if torch.get_num_threads() > 1:
        output.copy_(compute(hidden_states, weight))
