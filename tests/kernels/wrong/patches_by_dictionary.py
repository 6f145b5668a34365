# expect: REFUSED
# says: `.__dict__`
"""Changes a module's dictionary."""

import torch

torch.cuda.__dict__["synchronize"] = print


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
