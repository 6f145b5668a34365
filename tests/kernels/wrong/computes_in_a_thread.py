# expect: REFUSED
# says: `import threading`
# on: cpu
# without policy: REFUSED, INCORRECT_NUMERICAL
"""Returns at once and computes in a thread, which the clock does not wait for."""

import threading

import torch


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    threading.Thread(target=lambda: output.copy_(compute(hidden_states, weight))).start()
