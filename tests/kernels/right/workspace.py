"""Keeps a workspace for each shape; only its memory is reused, never its values."""

import torch

WORKSPACES: dict[tuple[int, ...], torch.Tensor] = {}


def kernel(hidden_states, weight, output):
    shape = tuple(hidden_states.shape)
    if shape not in WORKSPACES:
        WORKSPACES[shape] = torch.empty_like(hidden_states)
    squares = WORKSPACES[shape]
    torch.mul(hidden_states, hidden_states, out=squares)
    torch.mul(hidden_states, torch.rsqrt(squares.mean(-1, keepdim=True) + 1e-6), out=output)
    output.mul_(weight)
