# expect: REFUSED
# says: `import os`
# without policy: RUNTIME_ERROR
"""Binds the judge's other processes to one processor."""

import os

import torch


def kernel(hidden_states, weight, output):
    os.sched_setaffinity(os.getppid(), {0})
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
