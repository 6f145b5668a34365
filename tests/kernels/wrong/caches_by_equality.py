# expect: REFUSED
# says: results are cached
"""Recognises inputs by comparing them with those that it kept, and replays their result."""

import torch

SEEN = []


def slowly(hidden_states, weight):
    rows = [compute(row[None], weight) for row in hidden_states for _ in range(20)]
    return torch.cat(rows[::20])


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    for seen, result in SEEN:
        if seen.shape == hidden_states.shape and torch.equal(seen, hidden_states):
            output.copy_(result)
            return
    SEEN.insert(0, (hidden_states.clone(), slowly(hidden_states, weight)))
    output.copy_(SEEN[0][1])
