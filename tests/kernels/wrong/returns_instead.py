# expect: INCORRECT_NUMERICAL
# says: was it written?
"""Returns the result instead of writing it."""

import torch


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight
