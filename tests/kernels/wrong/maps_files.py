# expect: REFUSED
# says: `numpy.memmap`
"""Maps a file into memory by NumPy."""

import numpy
import torch

numpy.memmap("/proc/self/mem")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
