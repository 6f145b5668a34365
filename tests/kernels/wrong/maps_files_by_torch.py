# expect: REFUSED
# says: `torch.from_file`
"""Maps a file into memory by torch."""

import torch

torch.from_file("../answers", size=4)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
