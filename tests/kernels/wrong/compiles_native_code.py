# expect: REFUSED
# says: `import torch.utils.cpp_extension`
"""Runs native code that nobody reads."""

import torch
from torch.utils.cpp_extension import load_inline

load_inline("x", "int f() { return 1; }")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
