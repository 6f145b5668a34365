# expect: REFUSED
# says: `operator.attrgetter`
"""Walks attributes by the operator module."""

import operator

import torch

operator.attrgetter("cuda.os")(torch)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
