# expect: REFUSED
# says: `import safetensors`
"""Reads the reference's outputs with the library that stored them."""

import torch
from safetensors import safe_open

safe_open("../answers", framework="pt")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
