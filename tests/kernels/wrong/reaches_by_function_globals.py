# expect: REFUSED
# says: `.__globals__`
"""Reaches a module's names through a function of it."""

import torch

torch.einsum.__globals__


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
