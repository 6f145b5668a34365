# expect: REFUSED
# says: formatting `.__globals__`
"""Reads attributes by a format string."""

import torch


def kernel(hidden_states, weight, output):
    print("{0.__globals__}".format(kernel))
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
