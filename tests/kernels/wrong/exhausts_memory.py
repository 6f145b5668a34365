# expect: CRASHED
# on: cpu
# says: out of memory
"""Allocates without end."""

import torch


def kernel(hidden_states, weight, output):
    kept = []
    while True:
        kept.append(torch.ones(1 << 27))
