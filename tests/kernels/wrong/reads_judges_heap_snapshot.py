# expect: REFUSED
# says: `torch.cuda.memory_snapshot`
"""Reads what the allocator knows of the judge's tensors."""

import torch

torch.cuda.memory_snapshot()


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
