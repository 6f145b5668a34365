# expect: REFUSED
# says: `import fie_evaluator.dataset.inputs`
"""Asks the judge's own code."""

import torch

from fie_evaluator.dataset.inputs import draw


def kernel(hidden_states, weight, output):
    print(draw)
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
