# expect: REFUSED
# says: `import os`
"""Takes the machine from others."""

import os

import torch

os.nice(-20)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
