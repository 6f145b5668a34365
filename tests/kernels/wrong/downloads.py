# expect: REFUSED
# says: `torch.hub`
"""Fetches code from the network."""

import torch

torch.hub.load("a/b", "c")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
