"""Prints more than anybody wants to read, and is right."""

import torch


def kernel(hidden_states, weight, output):
    print("row " * 2000)
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
