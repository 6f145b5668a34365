# expect: REFUSED
# says: keeping or making a class by `type`
"""Makes a class that no `class` statement shows."""

import torch

Lazy = type("Lazy", (), {"__torch_function__": print})


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
