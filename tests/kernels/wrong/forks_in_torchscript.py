# expect: REFUSED
# says: `torch.jit.fork`
"""Computes in the background by TorchScript."""

import torch


def kernel(hidden_states, weight, output):
    torch.jit.fork(torch.neg, hidden_states)
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
