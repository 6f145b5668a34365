# expect: REFUSED
# says: `eval`
"""Pretends that a forbidden builtin is its own function."""

import torch

if False:
    eval = print
eval("1")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
