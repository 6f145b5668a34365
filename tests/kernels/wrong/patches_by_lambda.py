# expect: REFUSED
# says: handing `torch` on
"""Gives torch another name by a function that returns it."""

import torch

same = lambda: torch
same().cuda.synchronize = print


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
