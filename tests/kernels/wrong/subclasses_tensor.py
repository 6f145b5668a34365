# expect: REFUSED
# says: a class derived from `torch.Tensor`
"""Returns a tensor that computes itself when it is read."""

import torch


class Lazy(torch.Tensor):
    def numpy(self):
        return 0


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
