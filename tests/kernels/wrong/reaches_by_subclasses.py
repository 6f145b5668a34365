# expect: REFUSED
# says: `.__base__`
"""Finds any class by Python's list of them."""

import torch

().__class__.__base__.__subclasses__()


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
