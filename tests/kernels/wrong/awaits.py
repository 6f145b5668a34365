# expect: INCORRECT_NUMERICAL, COMPILE_ERROR, RUNTIME_ERROR
"""Is a coroutine: calling it does nothing."""

import torch


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


async def kernel(hidden_states, weight, output):
    output.copy_(compute(hidden_states, weight))
