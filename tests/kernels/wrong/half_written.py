# expect: INCORRECT_NUMERICAL
# says: elements are NaN
"""Writes all rows but the last."""

import torch


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output[:-1] = (hidden_states * torch.rsqrt(mean + 1e-6) * weight)[:-1]
