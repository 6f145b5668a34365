# expect: REFUSED
# says: registering an operator of torch's
"""Registers a custom operator under one of torch's names."""

import torch


@torch.library.custom_op("aten::copy_", mutates_args=())
def fake(x: torch.Tensor) -> torch.Tensor:
    return x


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
