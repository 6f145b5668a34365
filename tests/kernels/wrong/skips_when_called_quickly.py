# expect: INCORRECT_NUMERICAL
"""Recognises a timing loop by how soon the next call comes."""

import time

import torch

LAST = [-1.0]


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    now = time.perf_counter()
    idle, LAST[0] = now - LAST[0], now
    if idle > 0.05:
        output.copy_(compute(hidden_states, weight))
