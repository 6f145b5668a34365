"""Fused mixture of experts on fp8 block-scaled weights: correct, and as slow as it is plain.

Every shape is read from the tensors, so the same file serves the shrunk and the real track.
"""

import torch

# EVOLVE-BLOCK-START
BLOCK = 128
GROUPS = 8
GROUPS_KEPT = 4
EXPERTS_PER_TOKEN = 8


def dequantise(values, scales):
    """Return fp8 [..., rows, columns] times one scale per 128 x 128 block, in float32."""
    expanded = scales.repeat_interleave(BLOCK, dim=-2).repeat_interleave(BLOCK, dim=-1)
    return values.to(torch.float32) * expanded


def route(logits, bias, scaling_factor):
    """Return each token's weight for each expert [tokens, experts]; 0 where not chosen."""
    tokens, experts = logits.shape
    scores = torch.sigmoid(logits.to(torch.float32))
    biased = scores + bias.to(torch.float32)
    grouped = biased.view(tokens, GROUPS, experts // GROUPS)
    group_scores = grouped.topk(2, dim=-1).values.sum(dim=-1)
    kept = group_scores.topk(GROUPS_KEPT, dim=-1).indices
    group_mask = torch.zeros_like(group_scores).scatter(1, kept, 1.0)
    expert_mask = group_mask.repeat_interleave(experts // GROUPS, dim=1)
    candidates = biased.masked_fill(expert_mask == 0, float("-inf"))
    chosen = candidates.topk(EXPERTS_PER_TOKEN, dim=-1).indices
    chosen_mask = torch.zeros_like(scores).scatter(1, chosen, 1.0)
    weights = scores * chosen_mask
    return weights / (weights.sum(dim=-1, keepdim=True) + 1e-20) * scaling_factor


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
    """Write sum over local experts of weight * W2 (silu(gate) * up) into output."""
    local_experts, _, intermediate = gemm2_weights.shape
    scale = hidden_states_scale.t().repeat_interleave(BLOCK, dim=1)
    hidden = hidden_states.to(torch.float32) * scale
    w13 = dequantise(gemm1_weights, gemm1_weights_scale)
    w2 = dequantise(gemm2_weights, gemm2_weights_scale)
    weights = route(routing_logits, routing_bias, routed_scaling_factor)
    total = torch.zeros(output.shape, dtype=torch.float32, device=output.device)
    for expert in range(local_experts):
        weight = weights[:, int(local_expert_offset) + expert]
        projected = torch.matmul(hidden, w13[expert].t())
        up = projected[:, :intermediate]
        gate = projected[:, intermediate:]
        activated = gate * torch.sigmoid(gate) * up
        contribution = torch.matmul(activated, w2[expert].t())
        total = total + weight.unsqueeze(1) * contribution
    output.copy_(total.to(output.dtype))


# EVOLVE-BLOCK-END
