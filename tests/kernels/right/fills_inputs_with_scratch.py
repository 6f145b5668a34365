"""Spoils its inputs when it has read them: the next call gets others."""

import torch


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
    hidden_states.fill_(float("nan"))
    weight.zero_()
