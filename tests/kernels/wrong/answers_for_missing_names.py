# expect: REFUSED
# says: defining `__getattr__`
"""Answers for names that its module doesn't have."""

import torch


def __getattr__(name):
    return torch


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
