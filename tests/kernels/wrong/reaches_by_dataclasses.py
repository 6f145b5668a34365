# expect: REFUSED
# says: `dataclasses.sys`
"""Reaches the interpreter through a module that imported it."""

import dataclasses

import torch

dataclasses.sys.exit


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
