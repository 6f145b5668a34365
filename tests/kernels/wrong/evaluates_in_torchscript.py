# expect: REFUSED
# says: `torch.jit.CompilationUnit`
"""Compiles text as TorchScript."""

import torch

torch.jit.CompilationUnit("def f(x): return x")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
