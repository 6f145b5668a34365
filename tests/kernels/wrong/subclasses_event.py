# expect: REFUSED
# says: a class derived from `torch.cuda.Event`
"""Derives from the class that takes the time."""

import torch


class Quick(torch.cuda.Event):
    pass


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
