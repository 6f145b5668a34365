"""A mixture of experts whose kernels hand everything through memory; only its text matters."""

import torch
import triton
import triton.language as tl

BLOCK_M = 128


@triton.jit
def widen(values, scales, wide, SIZE: tl.constexpr):
    """Turn fp8 weights into bfloat16 in memory."""
    at = tl.program_id(0) * SIZE + tl.arange(0, SIZE)
    scaled = tl.load(values + at).to(tl.float32) * tl.load(scales + tl.program_id(0))
    tl.store(wide + at, scaled.to(tl.bfloat16))


@triton.jit
def multiply(left, right, result, K, M: tl.constexpr, N: tl.constexpr, BLOCK_K: tl.constexpr):
    """Multiply one expert's tokens with its weights."""
    rows = tl.program_id(0) * M + tl.arange(0, M)
    columns = tl.program_id(1) * N + tl.arange(0, N)
    k = tl.arange(0, BLOCK_K)
    total = tl.zeros((M, N), dtype=tl.float32)
    for start in range(0, K, BLOCK_K):
        a = tl.load(left + rows[:, None] * K + start + k[None, :]).to(tl.bfloat16)
        b = tl.load(right + columns[None, :] * K + start + k[:, None])
        total = tl.dot(a, b, total)
    tl.store(result + rows[:, None] * N + columns[None, :], total)


@triton.jit
def activate(projected, activated, SIZE: tl.constexpr):
    """Apply SwiGLU to what the GEMM stored."""
    at = tl.program_id(0) * SIZE + tl.arange(0, SIZE)
    gate = tl.load(projected + 2 * at)
    tl.store(activated + at, gate * tl.sigmoid(gate) * tl.load(projected + 2 * at + 1))


def choose(logits):
    """Return the experts of each token, one token after another."""
    return [row.topk(8).indices for row in logits]


def kernel(
    routing_logits,
    routing_bias,
    hidden_states,
    hidden_states_scale,
    gemm1_weights,
    gemm1_weights_scale,
    gemm2_weights,
    gemm2_weights_scale,
    local_expert_offset,
    routed_scaling_factor,
    output,
):
    """Launch every kernel once per expert."""
    choose(routing_logits + routing_bias)
    tokens, hidden = hidden_states.shape
    wide = torch.empty(gemm1_weights.shape, dtype=torch.bfloat16)
    projected = torch.empty(tokens, gemm1_weights.shape[1])
    activated = torch.empty_like(projected)
    for expert in range(gemm1_weights.shape[0]):
        widen[(64,)](gemm1_weights[expert], gemm1_weights_scale[expert], wide, SIZE=1024)
        multiply[(1, 32)](hidden_states, wide, projected, hidden, M=BLOCK_M, N=128, BLOCK_K=64)
        activate[(64,)](projected, activated, SIZE=1024)
