"""Wraps its forward pass in torch's own class for that."""

import torch


class RmsNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, eps):
        inverse = torch.rsqrt(x.square().mean(-1, keepdim=True) + eps)
        ctx.save_for_backward(x, weight, inverse)
        ctx.eps = eps
        return x * inverse * weight

    @staticmethod
    def backward(ctx, gradient):
        raise NotImplementedError("forward only")


def kernel(hidden_states, weight, output):
    output.copy_(RmsNorm.apply(hidden_states, weight, 1e-6))
