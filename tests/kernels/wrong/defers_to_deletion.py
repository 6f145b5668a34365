# expect: REFUSED
# says: defining `__del__`
"""Computes when an object goes away."""

import torch


class Later:
    def __del__(self):
        pass


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
