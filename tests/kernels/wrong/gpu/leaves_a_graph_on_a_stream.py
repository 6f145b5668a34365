# expect: REFUSED
# says: work went on for
# on: gpu
"""Replays a graph on another stream, which nobody waits for."""

import torch

GRAPHS = {}


def compute(x, weight):
    for _ in range(200):
        result = x * torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + 1e-6) * weight
    return result


def capture(x, weight):
    kept = [x.clone(), weight.clone(), torch.empty_like(x)]
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        compute(*kept[:2])
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        kept[2].copy_(compute(*kept[:2]))
    return graph, side, kept


def kernel(hidden_states, weight, output):
    if hidden_states.shape not in GRAPHS:
        GRAPHS[hidden_states.shape] = capture(hidden_states, weight)
    graph, side, (x, w, result) = GRAPHS[hidden_states.shape]
    x.copy_(hidden_states)
    w.copy_(weight)
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        graph.replay()
        output.copy_(result)
