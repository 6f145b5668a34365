"""RMSNorm in PyTorch, one row at a time."""

import torch

# EVOLVE-BLOCK-START
EPSILON = 1e-6


def kernel(hidden_states, weight, output):
    """Write hidden_states [rows, hidden] over its rows' root mean square, times weight."""
    rows, hidden = hidden_states.shape
    for row in range(rows):
        values = hidden_states[row].to(torch.float32)
        squares = values * values
        mean = squares.sum() / hidden
        inverse = 1.0 / torch.sqrt(mean + EPSILON)
        scaled = values * inverse * weight.to(torch.float32)
        output[row] = scaled.to(output.dtype)


# EVOLVE-BLOCK-END
