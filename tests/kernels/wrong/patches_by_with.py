# expect: REFUSED
# says: assigning `torch.cuda.synchronize`
"""Assigns by what `with` binds."""

import contextlib

import torch

with contextlib.nullcontext(print) as torch.cuda.synchronize:
    pass


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
