# expect: INCORRECT_DTYPE
# says: expected torch.float32
"""Gives its output another dtype."""

import torch


def kernel(hidden_states, weight, output):
    output.data = torch.zeros(output.shape, dtype=torch.float64)
