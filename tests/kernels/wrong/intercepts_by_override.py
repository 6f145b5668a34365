# expect: REFUSED
# says: `torch.overrides`
"""Runs under every function by a mode of torch's."""

import torch

torch.overrides.TorchFunctionMode


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
