# expect: REFUSED
# says: `functools.update_wrapper`
"""Lets a library function copy the patch's attributes over."""

import functools

import torch


def fake():
    pass


fake.synchronize = print
functools.update_wrapper(torch.cuda, fake)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
