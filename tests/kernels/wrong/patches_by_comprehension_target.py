# expect: REFUSED
# says: assigning `torch.Tensor.copy_`
"""Assigns by a comprehension's target."""

import torch

[0 for torch.Tensor.copy_ in [print]]


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
