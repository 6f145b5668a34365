# expect: REFUSED
# says: gi_frame
"""Looks for the answers among its callers' variables, by a generator."""

import torch


def kernel(hidden_states, weight, output):
    generator = (x for x in [1])
    print(generator.gi_frame.f_back)
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
