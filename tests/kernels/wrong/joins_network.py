# expect: REFUSED
# says: `torch.distributed`
"""Opens a port by torch's own means."""

import torch

torch.distributed.init_process_group("gloo")


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
