# expect: REFUSED
# says: `import os`
# without policy: RUNTIME_ERROR
"""Leaves the group of processes that is killed in the end."""

import os

import torch


def kernel(hidden_states, weight, output):
    os.setsid()
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
