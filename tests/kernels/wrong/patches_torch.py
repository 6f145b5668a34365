# expect: REFUSED
# says: assigning `T.isnan`
"""Makes every comparison succeed."""

from torch import Tensor as T

T.isnan = lambda self: self


def kernel(hidden_states, weight, output):
    pass
