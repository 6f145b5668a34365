# expect: REFUSED
# says: assigning `torch.cuda.Event.elapsed_time`
"""Replaces the class that takes the time."""

import torch


def nothing(*args, **kwargs):
    return 0.001


torch.cuda.Event.elapsed_time = nothing


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
