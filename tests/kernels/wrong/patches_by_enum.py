# expect: REFUSED
# says: `enum.global_enum`
"""Lets an enum export its members into another module."""

import enum

import torch


@enum.global_enum
class Names(enum.Enum):
    synchronize = 1


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
