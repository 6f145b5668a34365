# expect: REFUSED
# says: handing `torch.cuda.Event` on
"""Gets at a class of torch's by a loop."""

import torch

for event in (torch.cuda.Event,):
    event.elapsed_time = print


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
