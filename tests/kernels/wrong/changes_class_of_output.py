# expect: REFUSED
# says: `.__class__`
"""Turns the output into an object of another class."""

import torch


class Lazy:
    pass


def kernel(hidden_states, weight, output):
    output.__class__ = Lazy
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
