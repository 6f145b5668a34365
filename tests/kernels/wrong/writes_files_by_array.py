# expect: REFUSED
# says: .tofile`
# on: cpu
# without policy: RUNTIME_ERROR
"""Fills the disk by an array's method."""

import torch


def kernel(hidden_states, weight, output):
    hidden_states.numpy().tofile("/tmp/spam")
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
