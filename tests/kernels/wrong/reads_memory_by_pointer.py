# expect: REFUSED
# says: `torch._from_blob`
"""Reads any address by torch's private means."""

import torch

torch._from_blob


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
