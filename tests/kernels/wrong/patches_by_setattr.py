# expect: REFUSED
# says: `setattr` on anything but `self`
"""Assigns by the builtin."""

import torch

setattr(torch.cuda, "synchronize", print)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
