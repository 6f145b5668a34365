# expect: REFUSED
# says: defining `__torch_function__`
"""Defines the method by which torch asks an object to act in its place."""

import torch


class Lazy:
    def __torch_function__(self, *args):
        return 0


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
