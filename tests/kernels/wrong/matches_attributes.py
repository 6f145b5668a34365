# expect: REFUSED
# says: handing `torch` on
"""Reaches a module by a pattern."""

import torch


def kernel(hidden_states, weight, output):
    match torch:
        case object(os=system):
            system.abort()
