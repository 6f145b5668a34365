# expect: REFUSED
# says: assigning `torch.empty`
"""Hands out outputs that are right already."""

import torch

torch.empty = torch.ones


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
