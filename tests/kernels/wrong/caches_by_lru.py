# expect: REFUSED
# says: results are cached
"""Lets a library's decorator keep the results."""

from functools import lru_cache

import torch


class Inputs:
    def __init__(self, *tensors):
        self.tensors = tensors

    def __hash__(self):
        return 0

    def __eq__(self, other):
        return True


@lru_cache
def result_of(shape, inputs):
    return compute(*inputs.tensors)


def compute(hidden_states, weight):
    mean = hidden_states.pow(2).mean(dim=-1, keepdim=True)
    return hidden_states * torch.rsqrt(mean + 1e-6) * weight


def kernel(hidden_states, weight, output):
    output.copy_(result_of(hidden_states.shape, Inputs(hidden_states, weight)))
