# expect: REFUSED
# says: `import os`
# without policy: RUNTIME_ERROR
"""Reads the environment of the process that judges it."""

import os

import torch


def kernel(hidden_states, weight, output):
    with open(f"/proc/{os.getppid()}/environ", "rb") as environment:
        print(environment.read())
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
