# expect: REFUSED
# says: handing `torch.cuda.Event` on
"""Stores a class as a key and gets it back."""

import torch

KEYS = {}
KEYS[torch.cuda.Event] = 0
for event in KEYS:
    event.elapsed_time = print


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
