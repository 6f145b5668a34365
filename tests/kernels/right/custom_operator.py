"""Registers an operator of its own."""

import torch


@torch.library.custom_op("kernels::rms_norm", mutates_args=("output",))
def rms_norm(x: torch.Tensor, weight: torch.Tensor, output: torch.Tensor) -> None:
    output.copy_(x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * weight)


def kernel(hidden_states, weight, output):
    rms_norm(hidden_states, weight, output)
