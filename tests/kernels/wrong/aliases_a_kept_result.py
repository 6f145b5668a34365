# expect: REFUSED, INCORRECT_NUMERICAL
"""Makes the output share memory with a result that it kept."""

import torch

RESULTS = {}


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    if hidden_states.shape not in RESULTS:
        RESULTS[hidden_states.shape] = compute(hidden_states, weight)
    output.data = RESULTS[hidden_states.shape]
