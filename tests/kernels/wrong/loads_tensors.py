# expect: REFUSED
# says: `torch.load`
# without policy: RUNTIME_ERROR
"""Looks for the reference's outputs on disk, by torch's own means."""

import torch


def kernel(hidden_states, weight, output):
    output.copy_(torch.load("../answers"))
