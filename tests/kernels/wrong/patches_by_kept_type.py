# expect: REFUSED
# says: keeping or making a class by `type`
"""Keeps a tensor's class under a name."""

import torch

T = type(torch.ones(1))
T.data_ptr = print


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
