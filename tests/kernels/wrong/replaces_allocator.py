# expect: REFUSED
# says: `torch.cuda.memory`
"""Puts its own allocator under torch."""

import torch

torch.cuda.memory.CUDAPluggableAllocator("a.so", "a", "f")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
