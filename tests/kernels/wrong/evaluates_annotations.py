# expect: REFUSED
# says: `typing.get_type_hints`
"""Has a library evaluate its annotations."""

import typing

import torch

typing.get_type_hints(print)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
