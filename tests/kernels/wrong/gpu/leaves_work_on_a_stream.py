# expect: REFUSED
# says: work went on for
# on: gpu
"""Computes on another stream, which the one it was called on never waits for."""

import torch

SIDE = []


def compute(x, weight):
    for _ in range(200):
        result = x * torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + 1e-6) * weight
    return result


def kernel(hidden_states, weight, output):
    if not SIDE:
        SIDE.append(torch.cuda.Stream())
    SIDE[0].wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(SIDE[0]):
        output.copy_(compute(hidden_states, weight))
