# expect: REFUSED
# says: `import torch.utils.benchmark`
"""Has a timer of torch's run text."""

import torch
from torch.utils.benchmark import Timer

Timer("pass").timeit(1)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
