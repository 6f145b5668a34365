"""Replays a CUDA graph by shape, with the inputs copied in and the output copied out."""

import torch

GRAPHS = {}


def compute(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + 1e-6) * weight


def capture(x, weight):
    kept_x, kept_weight = x.clone(), weight.clone()
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            compute(kept_x, kept_weight)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        result = compute(kept_x, kept_weight)
    return graph, kept_x, kept_weight, result


def kernel(hidden_states, weight, output):
    if hidden_states.shape not in GRAPHS:
        GRAPHS[hidden_states.shape] = capture(hidden_states, weight)
    graph, kept_x, kept_weight, result = GRAPHS[hidden_states.shape]
    kept_x.copy_(hidden_states)
    kept_weight.copy_(weight)
    graph.replay()
    output.copy_(result)
