# expect: REFUSED
# says: assigning `self.detach`
"""Replaces a method of the output inside a class."""

import torch


class Deferred:
    def set(self, compute):
        self.detach = compute


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
