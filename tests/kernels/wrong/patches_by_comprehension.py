# expect: REFUSED
# says: assigning `torch.cuda.Event.elapsed_time`
"""Hides torch's name by a comprehension's variable."""

import torch


def patch():
    [0 for torch in ()]
    torch.cuda.Event.elapsed_time = print


patch()


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
