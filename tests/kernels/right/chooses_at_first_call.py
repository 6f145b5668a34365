"""Times two variants when it first meets a shape, and stays with the faster."""

import time

import torch


def by_pow(hidden_states):
    return hidden_states.pow(2).mean(dim=-1, keepdim=True)


def by_norm(hidden_states):
    return hidden_states.norm(dim=-1, keepdim=True).square() / hidden_states.shape[-1]


CHOICES: dict[tuple[int, ...], object] = {}


def seconds(variant, hidden_states):
    start = time.perf_counter()
    variant(hidden_states)
    return time.perf_counter() - start


def kernel(hidden_states, weight, output):
    shape = tuple(hidden_states.shape)
    if shape not in CHOICES:
        CHOICES[shape] = min((by_pow, by_norm), key=lambda each: seconds(each, hidden_states))
    mean = CHOICES[shape](hidden_states)
    torch.mul(hidden_states * torch.rsqrt(mean + 1e-6), weight, out=output)
