# expect: REFUSED
# says: assigning `t.matmul`
"""Patches a module under a second name."""

import torch

t = torch
t.matmul = None


def kernel(hidden_states, weight, output):
    pass
