# expect: REFUSED
# says: `torch.save`
# without policy: RUNTIME_ERROR
"""Fills the disk."""

import torch


def kernel(hidden_states, weight, output):
    torch.save(hidden_states, "/tmp/spam")
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
