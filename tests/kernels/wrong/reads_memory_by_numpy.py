# expect: REFUSED
# says: `__array_interface__`
"""Reads any address by an array that claims to lie there."""

import torch


class Anywhere:
    __array_interface__ = {"data": (4096, True), "shape": (1,), "typestr": "<i8", "version": 3}


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
