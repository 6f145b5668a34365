# expect: REFUSED
# says: `wraps` with a choice
"""Lets a decorator copy chosen attributes over."""

import functools

import torch


def fake():
    pass


fake.synchronize = print
functools.wraps(fake, assigned=("synchronize",), updated=())(torch.cuda)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
