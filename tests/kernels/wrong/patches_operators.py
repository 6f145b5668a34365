# expect: REFUSED
# says: `torch.library.Library`
"""Registers its own version of an operator of torch's."""

import torch

torch.library.Library("aten", "IMPL").impl("copy_", print, "CPU")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
