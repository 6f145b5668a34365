# expect: REFUSED, INCORRECT_NUMERICAL
# on: gpu
"""Captures the first inputs in a graph, and replays it whatever comes."""

import torch

GRAPHS = {}


def compute(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + 1e-6) * weight


def capture(x, weight):
    kept = x.clone(), weight.clone()
    compute(*kept)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        result = compute(*kept)
    return graph, result, kept


def kernel(hidden_states, weight, output):
    if hidden_states.shape not in GRAPHS:
        GRAPHS[hidden_states.shape] = capture(hidden_states, weight)
    graph, result, _ = GRAPHS[hidden_states.shape]
    graph.replay()
    output.copy_(result)
