# expect: REFUSED
# says: `torch.ops.load_library`
"""Loads a native library as operators of torch's."""

import torch

torch.ops.load_library("libanswers.so")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
