# expect: REFUSED
# says: handing `torch.cuda` on
"""Passes a module to a function that patches it."""

import torch


def patch(module):
    module.synchronize = print


patch(torch.cuda)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
