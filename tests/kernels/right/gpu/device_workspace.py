"""Keeps a workspace on the device, larger when it must be, and waits for the device itself."""

import torch

WORKSPACE = None


def kernel(hidden_states, weight, output):
    global WORKSPACE
    if WORKSPACE is None or WORKSPACE.numel() < hidden_states.numel():
        WORKSPACE = torch.empty(2 * hidden_states.numel(), device=hidden_states.device)
    squares = WORKSPACE[: hidden_states.numel()].view(hidden_states.shape)
    torch.mul(hidden_states, hidden_states, out=squares)
    inverse = torch.rsqrt(squares.mean(-1, keepdim=True) + 1e-6)
    torch.mul(hidden_states * inverse, weight, out=output)
    torch.cuda.synchronize()
