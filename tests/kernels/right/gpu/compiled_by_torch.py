# slow
"""Lets torch compile it in its first call."""

import torch


@torch.compile
def normalise(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + 1e-6) * weight


def kernel(hidden_states, weight, output):
    output.copy_(normalise(hidden_states, weight))
