"""Keeps its workspaces in one object of a class of its own."""

import torch


class Workspaces:
    _instance = None

    def __new__(cls):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
            cls._instance._buffers = {}
        return cls._instance

    def get(self, name, shape, like):
        key = (name, tuple(shape), like.device)
        buffer = self._buffers.get(key)
        if buffer is None:
            buffer = torch.empty(shape, dtype=like.dtype, device=like.device)
            self._buffers[key] = buffer
        return buffer

    def __len__(self):
        return len(self._buffers)


def kernel(hidden_states, weight, output):
    space = Workspaces()
    mean = space.get("mean", (hidden_states.shape[0], 1), hidden_states)
    torch.mean(hidden_states.square(), dim=-1, keepdim=True, out=mean)
    kernel.workspaces = len(space)
    with torch.no_grad():
        output.copy_(hidden_states * mean.add_(1e-6).rsqrt_() * weight)
