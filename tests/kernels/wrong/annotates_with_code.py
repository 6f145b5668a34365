# expect: REFUSED
# says: a call in a quoted annotation
"""Hides code in a quoted annotation."""

import torch


def hint(x: "__import__('os').abort()"):
    pass


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
