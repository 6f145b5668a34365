# expect: REFUSED
# says: `vars`
"""Changes a module's dictionary, found by a builtin."""

import torch

vars(torch.cuda)["synchronize"] = print


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
