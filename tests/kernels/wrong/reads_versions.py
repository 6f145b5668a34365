# expect: REFUSED
# says: `weight._version`
"""Tells new values from old ones without reading them."""

import torch


def kernel(hidden_states, weight, output):
    print(weight._version)
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
