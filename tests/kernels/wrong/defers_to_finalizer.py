# expect: REFUSED
# says: `import weakref`
"""Computes when an object goes away, by a finaliser."""

import weakref

import torch

weakref.finalize(torch.ones(1), print)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
