# expect: REFUSED
# says: `__name__`
"""Hides code in the part that runs as a program, and becomes one."""

__name__ = "__main__"
if __name__ == "__main__":
    import os

    import torch


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
