# expect: CRASHED
# says: SIGSEGV
# on: cpu
"""Writes far outside its memory."""

import torch


def kernel(hidden_states, weight, output):
    places = torch.tensor([[1 << 40]])
    wild = torch.sparse_coo_tensor(places, torch.ones(1), (2,), check_invariants=False)
    output.copy_(wild.to_dense().sum())
