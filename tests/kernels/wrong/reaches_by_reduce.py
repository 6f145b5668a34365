# expect: REFUSED
# says: handing `torch` on
"""Walks attributes by a library function."""

import functools

import torch

functools.reduce(getattr, ["functional", "torch"], torch)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
