# expect: REFUSED
# says: `torch.futures`
"""Computes in the background by torch's futures."""

import torch


def kernel(hidden_states, weight, output):
    torch.futures.Future().then(lambda _: output.zero_())
