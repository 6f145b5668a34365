# expect: REFUSED
# says: `torch.cuda.cudart`
"""Calls the CUDA runtime by torch's binding."""

import torch

torch.cuda.cudart().cudaProfilerStart()


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
