# expect: REFUSED
# says: `torch.cuda.set_stream`
"""Makes another stream the current one, so that the end is recorded elsewhere."""

import torch


def kernel(hidden_states, weight, output):
    torch.cuda.set_stream(torch.cuda.Stream())
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
