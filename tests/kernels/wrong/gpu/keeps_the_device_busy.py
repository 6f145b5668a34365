# expect: REFUSED
# says: work went on for
# on: gpu
"""Leaves work behind that has nothing to do with the result."""

import torch

SIDE = []
BUSY = []


def compute(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + 1e-6) * weight


def kernel(hidden_states, weight, output):
    if not SIDE:
        SIDE.append(torch.cuda.Stream())
        BUSY.append(torch.ones(1 << 26, device=hidden_states.device))
    output.copy_(compute(hidden_states, weight))
    with torch.cuda.stream(SIDE[0]):
        for _ in range(10):
            BUSY[0].mul_(1.0)
