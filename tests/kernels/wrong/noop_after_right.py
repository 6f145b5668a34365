# expect: INCORRECT_NUMERICAL
# says: right when checked, wrong when timed
"""Is right while it is checked, and does nothing once it is timed."""

import torch

CALLS = []


def kernel(hidden_states, weight, output):
    CALLS.append(1)
    if len(CALLS) > 2:
        return
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
