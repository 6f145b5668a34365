# expect: REFUSED
# says: a class derived from `type`
"""Runs code when a class is made."""

import torch


class Meta(type):
    pass


class Made(metaclass=Meta):
    pass


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
