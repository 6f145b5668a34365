# expect: REFUSED, INCORRECT_NUMERICAL
# on: gpu
# definition: gemm_n8192_k8192
"""Prepares large weights once per address, and never looks at them again."""

import torch

PREPARED = {}


def kernel(a, b, output):
    if b.data_ptr() not in PREPARED:
        PREPARED[b.data_ptr()] = b.t().contiguous()
    torch.matmul(a, PREPARED[b.data_ptr()], out=output)
