# expect: INCORRECT_NUMERICAL
"""Is a generator: calling it does nothing."""

import torch


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    output.copy_(compute(hidden_states, weight))
    yield
