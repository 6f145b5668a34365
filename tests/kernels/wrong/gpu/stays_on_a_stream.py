# expect: REFUSED, INCORRECT_NUMERICAL
# on: gpu
"""Enters another stream and never leaves it, so that the end is recorded there."""

import contextlib

import torch

STACK = contextlib.ExitStack()
HOME = []


def compute(x, weight):
    for _ in range(200):
        result = x * torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + 1e-6) * weight
    return result


def kernel(hidden_states, weight, output):
    if not HOME:
        HOME.append(torch.cuda.current_stream())
        STACK.enter_context(torch.cuda.stream(torch.cuda.Stream()))
    with torch.cuda.stream(HOME[0]):
        output.copy_(compute(hidden_states, weight))
