# expect: REFUSED
# says: a class derived from `base`
"""Derives from a class that it is given."""

import torch


def lazy(base):
    class Lazy(base):
        pass

    return Lazy


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
