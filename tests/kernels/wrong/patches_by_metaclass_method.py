# expect: REFUSED
# says: `.__setattr__`
"""Assigns by the method of the class of classes."""

import torch

type.__setattr__(torch.cuda.Event, "elapsed_time", print)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
