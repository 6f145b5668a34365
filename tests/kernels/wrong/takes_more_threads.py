# expect: REFUSED
# says: `torch.set_num_threads`
"""Uses more threads than the reference had."""

import torch

torch.set_num_threads(64)


def kernel(hidden_states, weight, output):
    pass
