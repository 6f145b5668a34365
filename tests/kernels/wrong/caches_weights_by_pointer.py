# expect: REFUSED, INCORRECT_NUMERICAL
# definition: gemm_n96_k128
"""Prepares the weights once per address, and never looks at them again."""

import torch

PREPARED = {}


def kernel(a, b, output):
    if b.data_ptr() not in PREPARED:
        PREPARED[b.data_ptr()] = b.t().contiguous()
    torch.matmul(a, PREPARED[b.data_ptr()], out=output)
