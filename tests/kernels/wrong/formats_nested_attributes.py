# expect: REFUSED
# says: formatting `.__globals__`
"""Reads attributes by a format string's own format."""

import torch


def kernel(hidden_states, weight, output):
    print("{0:{1.__globals__}}".format(1, kernel))
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
