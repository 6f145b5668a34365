# expect: REFUSED
# says: `torch.sys`
"""Looks at the judge's command line."""

import torch

print(torch.sys.argv)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
