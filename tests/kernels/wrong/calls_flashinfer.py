# expect: REFUSED
# says: `import flashinfer`
"""Has flashinfer do the work."""

import torch
from flashinfer import fused_moe


def kernel(hidden_states, weight, output):
    output.copy_(fused_moe(hidden_states, weight))
