# expect: INCORRECT_NUMERICAL
"""Recognises the judge by its having switched gradients off."""

import torch


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    if torch.is_grad_enabled():
        output.copy_(compute(hidden_states, weight))
