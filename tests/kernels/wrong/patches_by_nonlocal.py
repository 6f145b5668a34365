# expect: REFUSED
# says: assigning `t.cuda.synchronize`
"""Binds a second name from an inner function."""

import torch


def patch():
    t = None

    def rename():
        nonlocal t
        t = torch

    rename()
    t.cuda.synchronize = print


patch()


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
