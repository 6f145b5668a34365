# expect: REFUSED
# says: assigning `type(output).copy_`
"""Finds a tensor's class by asking for its type."""

import torch


def kernel(hidden_states, weight, output):
    type(output).copy_ = print
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
