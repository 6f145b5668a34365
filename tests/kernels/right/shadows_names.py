"""Uses names for its own values that elsewhere mean modules and builtins."""

import math

import torch
import torch.nn.functional as F


def kernel(input, weight, out):
    compile, vars, open = input.shape, {"eps": 1e-6}, 1
    type_, eval = input.dtype, float(vars["eps"])
    math = input.square().mean(-1, keepdim=True)
    math[0] += 0 * open
    F = torch.rsqrt(math + eval)
    F[:] = F * 1
    torch_compile = [compile, type_]
    torch_compile[0] = None
    out.copy_(input * F * weight)


def helper(x):
    return F.silu(x) * math.pi
