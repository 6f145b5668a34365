# expect: INCORRECT_NUMERICAL
"""Computes in half of the precision."""

import torch


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    output.copy_(compute(hidden_states.bfloat16(), weight.bfloat16()))
