# expect: REFUSED
# says: `.__globals__`
"""Reads attributes in an f-string."""

import torch


def kernel(hidden_states, weight, output):
    print(f"{kernel.__globals__}")
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
