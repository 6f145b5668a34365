# expect: REFUSED
# says: `driver.set_active`
"""Puts its own driver under Triton."""

import torch
from triton.runtime import driver

driver.set_active(None)


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
