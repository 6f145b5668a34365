# expect: REFUSED
# says: `torch.cuda.caching_allocator_delete`
"""Frees memory that it does not own."""

import torch

torch.cuda.caching_allocator_delete(1)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
