# expect: REFUSED
# says: `torch.autograd.graph`
"""Hooks into what torch saves."""

import torch

torch.autograd.graph.saved_tensors_hooks(print, print)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
