# expect: REFUSED
# says: assigning `torch.cuda.synchronize`
"""Takes a function away from torch."""

import torch

del torch.cuda.synchronize


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
