# expect: REFUSED
# says: assigning `torch.cuda.synchronize`
"""Makes waiting for the device do nothing."""

import torch

torch.cuda.synchronize = print


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
