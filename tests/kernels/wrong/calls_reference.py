# expect: REFUSED
# says: `import flashinfer_bench`
"""Has the reference do the work."""

import torch
from flashinfer_bench import TraceSet


def kernel(hidden_states, weight, output):
    TraceSet.from_path("..")
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
