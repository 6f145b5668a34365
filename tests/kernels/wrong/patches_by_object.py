# expect: REFUSED
# says: `.__setattr__`
"""Assigns by the method of the base class."""

import torch

object.__setattr__(torch.cuda, "synchronize", print)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
