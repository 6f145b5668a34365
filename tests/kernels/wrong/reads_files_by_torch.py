# expect: REFUSED
# says: `torch.PyTorchFileReader`
"""Reads a file by torch's C++ reader."""

import torch

torch.PyTorchFileReader("../answers")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
