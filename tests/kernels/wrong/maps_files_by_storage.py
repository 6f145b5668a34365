# expect: REFUSED
# says: `torch.UntypedStorage
"""Maps a file into memory by a storage."""

import torch

torch.UntypedStorage.from_file("../answers", False, 16)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
