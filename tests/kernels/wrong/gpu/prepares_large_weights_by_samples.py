# expect: REFUSED
# says: results are cached
# on: gpu
# definition: gemm_n8192_k8192
"""Prepares large weights, and again only if a few of their elements changed."""

import torch

PREPARED = {}


def kernel(a, b, output):
    key = tuple(b.view(-1)[:: b.numel() // 16].tolist())
    if key not in PREPARED:
        PREPARED.clear()
        for _ in range(4):
            PREPARED[key] = b.t().contiguous()
    torch.matmul(a, PREPARED[key], out=output)
