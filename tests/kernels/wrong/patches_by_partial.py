# expect: REFUSED
# says: handing `torch.cuda` on
"""Hands the builtin that assigns to a library function."""

import functools

import torch

functools.partial(setattr, torch.cuda, "synchronize")(print)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
