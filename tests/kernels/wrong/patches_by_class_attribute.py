# expect: REFUSED
# says: `.__class__`
"""Finds a tensor's class by its attribute."""

import torch


def kernel(hidden_states, weight, output):
    output.__class__.data_ptr = print
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
