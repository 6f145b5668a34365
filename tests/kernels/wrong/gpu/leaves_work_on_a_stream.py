# expect: REFUSED
# says: work went on for
# on: gpu
"""Computes on another stream, which the one it was called on never waits for."""

import torch

SIDE = []
BIG = []


def compute(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + 1e-6) * weight


def kernel(hidden_states, weight, output):
    if not SIDE:
        SIDE.append(torch.cuda.Stream())
        BIG.append(torch.ones(2048, 2048, device=hidden_states.device))
        BIG.append(torch.empty_like(BIG[0]))
    SIDE[0].wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(SIDE[0]):
        torch.matmul(BIG[0], BIG[0], out=BIG[1])
        output.copy_(compute(hidden_states, weight))
