# expect: CRASHED, COMPILE_ERROR
# on: cpu
"""Takes all memory before it is called."""

import torch

KEPT = [torch.ones(1 << 28) for _ in range(64)]


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
