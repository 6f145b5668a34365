# expect: REFUSED
# says: `getattr` with a computed name
"""Hides the name of what it reaches for."""

import torch


def kernel(hidden_states, weight, output):
    getattr(torch, "o" + "s").abort()
