# definition: gemm_n8192_k8192
"""Scales its large weights in place and back again."""

import torch


def kernel(a, b, output):
    b.mul_(2.0)
    torch.matmul(a, b.t(), out=output)
    output.mul_(0.5)
    b.mul_(0.5)
