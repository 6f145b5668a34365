# expect: REFUSED
# says: `__torch_function__`
"""Gives a class that method by an assignment."""

import torch


class Lazy:
    __torch_function__ = print


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
