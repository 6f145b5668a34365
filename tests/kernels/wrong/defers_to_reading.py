# expect: REFUSED
# says: assigning `output.detach`
# without policy: REFUSED, INCORRECT_NUMERICAL, RUNTIME_ERROR
"""Computes when the judge reads the output, by replacing a method of it."""

import torch


def kernel(hidden_states, weight, output):
    def compute():
        mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
        return hidden_states * torch.rsqrt(mean + 1e-6) * weight

    output.detach = compute
