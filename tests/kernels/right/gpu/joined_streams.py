"""Computes halves on two streams and waits for both on the one it was called on."""

import torch

STREAMS = []


def compute(x, weight, output):
    torch.mul(x * torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + 1e-6), weight, out=output)


def kernel(hidden_states, weight, output):
    if not STREAMS:
        STREAMS.extend(torch.cuda.Stream() for _ in range(2))
    here = torch.cuda.current_stream()
    middle = hidden_states.shape[0] // 2
    for stream, rows in zip(STREAMS, (slice(0, middle), slice(middle, None)), strict=True):
        stream.wait_stream(here)
        with torch.cuda.stream(stream):
            compute(hidden_states[rows], weight, output[rows])
    for stream in STREAMS:
        here.wait_stream(stream)
