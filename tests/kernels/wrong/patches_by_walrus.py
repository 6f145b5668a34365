# expect: REFUSED
# says: handing `torch` on
"""Gives torch another name inside an expression."""

import torch

(t := torch).cuda.synchronize = print


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
