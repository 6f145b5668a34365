# expect: REFUSED
# says: `.format` of a computed text
"""Computes the format string that reads attributes."""

import torch


def kernel(hidden_states, weight, output):
    print(str.format("{0.__glo" + "bals__}", kernel))
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
