"""Compiles itself when it is first called."""

import torch

COMPILED = {}


def normalise(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    return x * torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + 1e-6) * weight


def kernel(hidden_states, weight, output):
    key = hidden_states.device.type
    if key not in COMPILED:
        COMPILED[key] = torch.jit.script(normalise)
    output.copy_(COMPILED[key](hidden_states, weight))
