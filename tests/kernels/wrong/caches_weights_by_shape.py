# expect: REFUSED, INCORRECT_NUMERICAL
# definition: gemm_n96_k128
"""Prepares the weights once, and never looks at them again."""

import torch

PREPARED = {}


def kernel(a, b, output):
    if b.shape not in PREPARED:
        PREPARED[b.shape] = b.t().contiguous()
    torch.matmul(a, PREPARED[b.shape], out=output)
