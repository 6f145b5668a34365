"""Replays a CUDA graph that was captured on these very addresses, and captures for others."""

import torch

GRAPHS = {}


def compute(x, weight, output):
    torch.mul(x * torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + 1e-6), weight, out=output)


def kernel(hidden_states, weight, output):
    arguments = (hidden_states, weight, output)
    key = (hidden_states.shape, *(each.data_ptr() for each in arguments))
    if key not in GRAPHS:
        compute(*arguments)
        torch.cuda.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            compute(*arguments)
        GRAPHS[key] = graph
    GRAPHS[key].replay()
