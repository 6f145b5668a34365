# definition: gemm_n96_k128
"""Transposes its weights into a workspace in each call."""

import torch

WORKSPACE = {}


def kernel(a, b, output):
    key = (b.shape, b.dtype)
    if key not in WORKSPACE:
        WORKSPACE[key] = b.new_empty(b.shape[1], b.shape[0])
    prepared = WORKSPACE[key]
    prepared.copy_(b.t())
    torch.matmul(a, prepared, out=output)
