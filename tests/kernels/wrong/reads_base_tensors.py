# expect: REFUSED
# says: `weight._base`
"""Reaches the judge's own tensors behind the views it was given."""

import torch


def kernel(hidden_states, weight, output):
    weight._base.zero_()
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
