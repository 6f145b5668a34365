"""Looks at its inputs to choose the way, and waits for the answer."""

import torch


def kernel(hidden_states, weight, output):
    largest = hidden_states.abs().max().item()
    if largest > 1e18:
        scaled = hidden_states / largest
        mean = scaled.square().mean(-1, keepdim=True)
        inverse = torch.rsqrt(mean + 1e-6 / largest**2)
        torch.mul(scaled * inverse, weight, out=output)
    elif largest == 0.0:
        output.zero_()
    else:
        mean = hidden_states.square().mean(-1, keepdim=True)
        torch.mul(hidden_states * torch.rsqrt(mean + 1e-6), weight, out=output)
