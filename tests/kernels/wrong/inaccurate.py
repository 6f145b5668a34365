# expect: INCORRECT_NUMERICAL
# says: of the output matches
"""Forgets the weight."""

import torch


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6))
