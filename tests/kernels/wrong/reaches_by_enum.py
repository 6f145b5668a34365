# expect: REFUSED
# says: `enum.bltns`
"""Reaches the builtins through a module that imported them."""

import enum

import torch

enum.bltns.open("/dev/null")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
