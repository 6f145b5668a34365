# expect: REFUSED
# says: `torch.os`
"""Looks for secrets through a module that torch imported."""

import torch


def kernel(hidden_states, weight, output):
    print(torch.os.environ)
