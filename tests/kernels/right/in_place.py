"""Uses its inputs as scratch: each call gets copies of its own."""

import torch


def kernel(hidden_states, weight, output):
    torch.mul(hidden_states, hidden_states, out=output)
    inverse = torch.rsqrt(output.mean(dim=-1, keepdim=True) + 1e-6)
    torch.mul(hidden_states.mul_(inverse), weight, out=output)
