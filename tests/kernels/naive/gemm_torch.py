"""Matrix product in PyTorch: small tiles, operands widened in every tile."""

import torch

# EVOLVE-BLOCK-START
TILE_M = 32
TILE_N = 32


def kernel(a, b, output):
    """Write a [m, k] times the transpose of b [n, k] into output [m, n]."""
    m = a.shape[0]
    n = b.shape[0]
    result = torch.zeros((m, n), dtype=torch.float32, device=a.device)
    for row in range(0, m, TILE_M):
        for column in range(0, n, TILE_N):
            left = a[row : row + TILE_M].to(torch.float32)
            right = b[column : column + TILE_N].to(torch.float32)
            product = torch.matmul(left, right.t())
            result[row : row + TILE_M, column : column + TILE_N] = product
    output.copy_(result.to(output.dtype))


# EVOLVE-BLOCK-END
