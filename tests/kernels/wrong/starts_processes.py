# expect: REFUSED
# says: `import torch.multiprocessing`
"""Computes in another process."""

import torch
import torch.multiprocessing as workers

workers.Process(target=print).start()


def kernel(hidden_states, weight, output):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    output.copy_(hidden_states * torch.rsqrt(mean + 1e-6) * weight)
