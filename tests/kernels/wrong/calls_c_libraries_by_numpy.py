# expect: REFUSED
# says: `numpy.ctypeslib
"""Calls a C library by NumPy's loader."""

import numpy
import torch

numpy.ctypeslib.load_library("libcublas", ".")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
