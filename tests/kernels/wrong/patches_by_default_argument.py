# expect: REFUSED
# says: handing `torch` on
"""Gets torch under another name by a parameter's default."""

import torch


def patch(t=torch):
    t.cuda.synchronize = print


patch()


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
